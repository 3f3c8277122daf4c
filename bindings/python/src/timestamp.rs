//! `TIMESTAMP`.

use crate::arguments::{Moment, Text, or_now};
use crate::error::Raised;
use cognito_device_srp as srp;
use pyo3::prelude::*;

/// A time in the format of the service. str() returns it, as in "Thu Jan 2 03:04:05 UTC 2025".
///
/// moment: seconds since 1970, a text in this format, or a datetime with a time zone. Without it, the current time is used.
#[pyclass(frozen, eq, ord, hash, module = "cognito_device_srp")]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timestamp(pub(crate) srp::Timestamp);

#[pymethods]
impl Timestamp {
    #[new]
    #[pyo3(signature = (moment=None))]
    fn new(moment: Option<Moment>) -> PyResult<Self> {
        or_now(moment).map(Self)
    }

    /// The time of an HTTP Date header, for machines whose clock is wrong.
    #[staticmethod]
    fn from_http_date(text: Text) -> PyResult<Self> {
        Ok(Self(srp::Timestamp::from_http_date(&text).map_err(Raised)?))
    }

    /// Seconds since 1970, UTC.
    #[getter]
    fn unix(&self) -> i64 {
        self.0.unix()
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self) -> String {
        format!("Timestamp('{}')", self.0.as_str())
    }
}

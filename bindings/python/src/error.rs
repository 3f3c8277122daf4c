//! The library's errors as one exception.

use cognito_device_srp as srp;
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

create_exception!(
    cognito_device_srp,
    Error,
    PyValueError,
    "Why a value was rejected. Nothing was computed from it.\n\n\
     code: int, which never changes and is the same in all languages.\n\
     kind: 'input', 'peer', 'randomness' or 'rejected': who caused the error."
);

/// An error of the library, to be raised as an [`Error`].
pub(crate) struct Raised(pub(crate) srp::Error);

impl From<Raised> for PyErr {
    fn from(Raised(error): Raised) -> Self {
        let raised = Error::new_err(error.message());
        let described = Python::attach(|py| {
            let value = raised.value(py);
            value.setattr("code", error.code())?;
            value.setattr("kind", format!("{:?}", error.kind()).to_ascii_lowercase())
        });
        described.map_or_else(|failed| failed, |()| raised)
    }
}

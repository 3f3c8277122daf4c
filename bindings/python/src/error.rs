//! The library's errors as one exception.

use cognito_device_srp as srp;
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

create_exception!(
    cognito_device_srp,
    Error,
    PyValueError,
    "Why a value was refused. Nothing was computed from it.\n\n\
     code: int, the same for ever and in all languages.\n\
     kind: 'input', 'peer', 'randomness' or 'rejected': whose fault it is."
);

/// An error of the library, on its way to an [`Error`].
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

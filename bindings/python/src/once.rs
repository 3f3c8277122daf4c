//! A value that can be taken only once, also by many threads.

use cognito_device_srp::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) struct Once<T>(Mutex<Option<T>>);

impl<T> Once<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(Some(value)))
    }

    fn lock(&self) -> MutexGuard<'_, Option<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the value. Later calls fail.
    pub(crate) fn take(&self) -> Result<T, Error> {
        self.lock().take().ok_or(Error::SuspendedSignInMalformed)
    }

    /// Reads the value, unless it has been taken.
    pub(crate) fn with<R>(&self, read: impl FnOnce(&T) -> R) -> Result<R, Error> {
        self.lock().as_ref().map(read).ok_or(Error::SuspendedSignInMalformed)
    }
}

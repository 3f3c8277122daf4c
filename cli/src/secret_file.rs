//! The file with a secret: it is new, only its owner can read it, and it is on disk before anything is printed.

use super::Failure;
#[cfg(unix)]
use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
#[cfg(unix)]
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A file that this process made. While this value exists, a signal that ends the process removes the file first.
pub(super) struct SecretFile<'a> {
    path: &'a Path,
    /// Whether a signal removes it.
    provisional: Arc<AtomicBool>,
}

impl Drop for SecretFile<'_> {
    fn drop(&mut self) {
        self.provisional.store(false, Ordering::SeqCst);
    }
}

/// Lets SIGINT and SIGTERM remove a file as long as it is provisional, and end the process.
#[cfg(unix)]
fn remove_on_signals(path: &Path, provisional: &Arc<AtomicBool>) -> io::Result<()> {
    use signal_hook::{consts, low_level};
    let path = Arc::new(CString::new(path.as_os_str().as_bytes())?);
    for signal in [consts::SIGINT, consts::SIGTERM] {
        let (path, provisional) = (path.clone(), provisional.clone());
        let end = move || {
            if provisional.swap(false, Ordering::SeqCst) {
                // there is nowhere to report an error
                let _ = rustix::fs::unlink(path.as_c_str());
            }
            let _ = low_level::emulate_default_handler(signal);
        };
        // SAFETY: it makes one system call and ends the process, which a signal handler may do. It takes no lock and allocates
        // nothing.
        unsafe { low_level::register(signal, end) }?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn remove_on_signals(_: &Path, _: &Arc<AtomicBool>) -> io::Result<()> {
    Ok(())
}

impl<'a> SecretFile<'a> {
    /// Makes a file of mode 0600 with this content, and returns when both it and its name are on disk. An existing
    /// one is left alone. On failure there is no file.
    pub(super) fn create(path: &'a Path, content: &[u8]) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::failed(format!("{}: {error}", path.display()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let provisional = Arc::new(AtomicBool::new(false));
        remove_on_signals(path, &provisional).map_err(failed)?;
        let file = options.open(path).map_err(failed)?;
        provisional.store(true, Ordering::SeqCst);
        let made = Self { path, provisional };
        match made.fill(file, content) {
            Ok(()) => Ok(made),
            Err(error) => Err(made.remove(failed(error))),
        }
    }

    fn fill(&self, mut file: File, content: &[u8]) -> io::Result<()> {
        // restores the bits that the umask removed
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        file.write_all(content)?;
        file.sync_all()?;
        sync_name(self.path)
    }

    /// Removes the file because of a failure. Returns the failure, with the error if the removal fails too.
    pub(super) fn remove(self, failure: Failure) -> Failure {
        match fs::remove_file(self.path) {
            Ok(()) => failure,
            Err(error) => {
                let message =
                    format!("{}; {} could not be removed: {error}", failure.message, self.path.display());
                Failure { message, ..failure }
            }
        }
    }
}

/// Returns when the name of a file that was made is on disk.
pub(super) fn sync_name(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => File::open(directory)?,
        _ => File::open(".")?,
    }
    .sync_all()?;
    Ok(())
}

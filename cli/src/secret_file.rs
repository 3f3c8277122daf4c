//! The file that keeps a secret: new, for its owner alone, on disk before anybody is told of it.

use super::Failure;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// A file that this process made.
pub(super) struct SecretFile<'a> {
    path: &'a Path,
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
        let file = options.open(path).map_err(failed)?;
        let made = Self { path };
        match made.fill(file, content) {
            Ok(()) => Ok(made),
            Err(error) => Err(made.remove(failed(error))),
        }
    }

    fn fill(&self, mut file: File, content: &[u8]) -> io::Result<()> {
        // whatever the umask took away
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        file.write_all(content)?;
        file.sync_all()?;
        sync_name(self.path)
    }

    /// Removes the file because of a failure, and returns that, with what else went wrong.
    pub(super) fn remove(self, failure: Failure) -> Failure {
        match fs::remove_file(self.path) {
            Ok(()) => failure,
            Err(error) => {
                let message = format!("{}; {} is still there: {error}", failure.message, self.path.display());
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

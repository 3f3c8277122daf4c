//! A file of lines that only ever grows by whole ones, of which no two processes are at work on one.

use crate::Failure;
use crate::lines::Lines;
use crate::secret_file::sync_name;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// The longest line that is read back. The longest that is written is the reject of a line of the list.
const LONGEST: usize = 8 << 20;

/// Who may read the file.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Readers {
    Owner,
    Umask,
}

/// An output. It is written to from behind its last whole line on.
pub(super) struct Output {
    path: PathBuf,
    file: File,
    readers: Readers,
    /// Made here, and to be removed again unless it is kept.
    provisional: bool,
    /// Else there is nothing to cut, to sync or to go on with.
    regular: bool,
    /// Bytes up to the end of the last whole line.
    whole: u64,
    /// Part of a line stands behind them.
    torn: bool,
}

impl Output {
    /// Makes the file. One that is there already is opened only to go on with it, or if it is none that could lose
    /// anything, as a pipe. Nothing in it is touched.
    pub(super) fn open(path: OsString, readers: Readers, resume: bool) -> Result<Self, Failure> {
        let path = PathBuf::from(path);
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        #[cfg(unix)]
        if readers == Readers::Owner {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let (file, provisional) = match options.clone().create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let regular = fs::metadata(&path).is_ok_and(|it| it.is_file());
                if regular && !resume {
                    let message = "is there already, and left as it is; --resume goes on with it";
                    return Err(Failure::failed(message).about(path.display()));
                }
                // asked before it is opened, since a pipe without a reader would keep us waiting
                if resume && !regular {
                    let message = "no regular file, as --resume needs it";
                    return Err(Failure::bad_input(message).about(path.display()));
                }
                (options.read(regular).open(&path), false)
            }
            opened => (opened, true),
        };
        let failed = |error: io::Error| failed(&path, error);
        let file = file.map_err(failed)?;
        let regular = file.metadata().map_err(failed)?.is_file();
        Ok(Self { path, file, readers, provisional, regular, whole: 0, torn: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Whether two paths led to one file.
    pub(super) fn is(&self, file: &File) -> io::Result<bool> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let (this, that) = (self.file.metadata()?, file.metadata()?);
            Ok(self.regular && (this.dev(), this.ino()) == (that.dev(), that.ino()))
        }
        // the lock, which goes by file there too, is what refuses it
        #[cfg(not(unix))]
        Ok(false)
    }

    /// Makes it this process's own, and what was found in it durable. Returns the whole lines that were found.
    pub(super) fn take(&mut self) -> Result<Lines, Failure> {
        if !self.regular {
            return Ok(Lines::new(io::empty(), LONGEST));
        }
        match self.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                self.provisional = false;
                return Err(Failure::failed("another run is at work on it").about(self.path.display()));
            }
            Err(TryLockError::Error(error)) => return Err(self.failed(error)),
        }
        self.prepare().map_err(|error| self.failed(error))
    }

    fn prepare(&mut self) -> io::Result<Lines> {
        // whatever the umask took away, or an earlier file had
        #[cfg(unix)]
        if self.readers == Readers::Owner {
            self.file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
        let length = self.file.metadata()?.len();
        self.whole = end_of_last_line(&mut self.file, length)?;
        self.torn = self.whole < length;
        self.file.seek(SeekFrom::Start(self.whole))?;
        // a killed run may have written lines that it did not come to sync
        self.file.sync_all()?;
        sync_name(&self.path)?;
        Ok(Lines::new(File::open(&self.path)?.take(self.whole), LONGEST))
    }

    /// Lets the file stay, whatever comes.
    pub(super) fn keep(&mut self) {
        self.provisional = false;
    }

    /// Writes whole lines. On failure those of them that fit are in the file, and nothing of the next.
    pub(super) fn append(&mut self, lines: &[u8]) -> Result<(), Failure> {
        if lines.is_empty() {
            return Ok(());
        }
        if self.torn {
            self.file.set_len(self.whole).map_err(|error| self.failed(error))?;
            self.torn = false;
        }
        let mut written = 0;
        while written < lines.len() {
            match self.file.write(&lines[written..]) {
                Ok(0) => return Err(self.cut(&lines[..written], io::ErrorKind::WriteZero.into())),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.cut(&lines[..written], error)),
            }
        }
        self.whole += lines.len() as u64;
        Ok(())
    }

    /// Takes back what was written of a line because of an error, and says so.
    fn cut(&mut self, written: &[u8], error: io::Error) -> Failure {
        let failure = self.failed(error);
        if !self.regular {
            return failure;
        }
        let kept = written.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        self.whole += kept as u64;
        match self.file.set_len(self.whole) {
            Ok(()) => failure,
            Err(error) => {
                let message = format!("{}; its last line is torn: {error}", failure.message);
                Failure { message, ..failure }
            }
        }
    }

    /// Returns when all lines are on disk.
    pub(super) fn sync(&self) -> Result<(), Failure> {
        if self.regular { self.file.sync_data().map_err(|error| self.failed(error)) } else { Ok(()) }
    }

    /// For the end of the list: all lines are on disk, and nothing else is in the file.
    pub(super) fn finish(&self) -> Result<(), Failure> {
        if self.torn {
            let message = "ends with part of a line, which no line of the list calls for";
            return Err(Failure::bad_input(message).about(self.path.display()));
        }
        self.sync()
    }

    fn failed(&self, error: io::Error) -> Failure {
        failed(&self.path, error)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if self.provisional {
            // an empty file, and there is a failure to be told already
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn failed(path: &Path, error: io::Error) -> Failure {
    Failure::failed(error.to_string()).about(path.display())
}

/// The bytes up to the last newline, and it.
fn end_of_last_line(file: &mut File, length: u64) -> io::Result<u64> {
    let mut block = zeroize::Zeroizing::new([0; 4096]);
    let mut end = length;
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        let block = &mut block[..(end - start) as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(block)?;
        if let Some(at) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

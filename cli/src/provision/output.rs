//! A file that grows only by complete lines, and that only one process writes at a time.

use super::list::PriorOutput;
use crate::Failure;
use crate::lines::{BLOCK, Lines};
use crate::secret_file::sync_name;
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
#[cfg(unix)]
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The longest line that is read back. The longest that is written is the secret of a device with a group key of the
/// longest kind, with every character of it escaped.
const LONGEST: usize = 1 << 20;

/// Who may read the file.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Readers {
    Owner,
    Umask,
}

/// An output file. Writing continues after its last complete line.
pub(super) struct Output {
    path: PathBuf,
    file: File,
    readers: Readers,
    /// Whether this run made and locked the file, and removes it unless it is kept.
    provisional: bool,
    /// Whether it is a regular file. If not, it cannot be locked, cut, synced or resumed.
    regular: bool,
    /// The number of bytes up to the end of the last complete line.
    whole: u64,
    /// The number of these bytes that are known to be on disk.
    synced: u64,
    /// Whether a part of a line follows them.
    torn: bool,
}

impl Output {
    /// Makes the file, and locks it. An existing file is opened only to resume, or if it has no content that could be lost, as
    /// a pipe has none. Its content is not changed. A file that is one of the others, is used by another run, or is not only
    /// this user's, is rejected and not changed.
    pub(super) fn open(
        path: OsString,
        readers: Readers,
        resume: bool,
        others: &[&File],
    ) -> Result<Self, Failure> {
        let path = PathBuf::from(path);
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        #[cfg(unix)]
        if readers == Readers::Owner {
            options.mode(0o600);
        }
        let there_already = || {
            let message = "already exists and was not changed; use --resume to continue it";
            Err(Failure::failed(message).about(path.display()))
        };
        let (file, made) = match options.clone().create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // this is checked before the file is opened, since opening a pipe waits for a reader
                let kind = if resume { fs::symlink_metadata(&path) } else { fs::metadata(&path) };
                let regular = kind.is_ok_and(|it| it.is_file());
                if regular && !resume {
                    return there_already();
                }
                if resume && !regular {
                    let message = "is not a regular file: --resume needs one, and follows no links";
                    return Err(Failure::bad_input(message).about(path.display()));
                }
                #[cfg(unix)]
                if resume {
                    options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits() as i32);
                }
                (options.read(regular).open(&path), false)
            }
            opened => (opened, true),
        };
        let file = file.map_err(|error| failed(&path, error))?;
        let regular = file.metadata().map_err(|error| failed(&path, error))?.is_file();
        if regular && !resume && !made {
            return there_already();
        }
        let mut output =
            Self { path, file, readers, provisional: false, regular, whole: 0, synced: 0, torn: false };
        for other in others {
            if output.is(other).unwrap_or(true) {
                return Err(output.refused("is given twice, perhaps by different names"));
            }
        }
        if regular {
            output.lock(made)?;
        }
        Ok(output)
    }

    /// Locks the file for this process, if it belongs to the user.
    fn lock(&mut self, made: bool) -> Result<(), Failure> {
        match self.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::failed("another run is using it").about(self.path.display()));
            }
            Err(TryLockError::Error(error)) => return Err(self.failed(error)),
        }
        #[cfg(unix)]
        {
            let it = self.file.metadata().map_err(|error| self.failed(error))?;
            // 0 if the run that made it removed it before it was locked here
            if it.nlink() != 1 {
                return Err(self.refused("must have exactly one name (no hard links)"));
            }
            if !made && it.uid() != rustix::process::geteuid().as_raw() {
                return Err(self.refused("is another user's"));
            }
            if !made && self.readers == Readers::Owner && it.mode() & 0o077 != 0 {
                return Err(self
                    .refused("can be accessed by others than its owner: provision makes it with mode 0600"));
            }
        }
        self.provisional = made;
        Ok(())
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Whether this output and `file` are the same file.
    fn is(&self, file: &File) -> io::Result<bool> {
        Ok(self.regular && is_same(&self.file.metadata()?, &file.metadata()?))
    }

    /// Makes the existing lines durable, and returns them.
    pub(super) fn take(&mut self) -> Result<PriorOutput, Failure> {
        let (lines, tail) = if self.regular {
            self.prepare().map_err(|error| self.failed(error))?
        } else {
            (Lines::new(io::empty(), LONGEST), Zeroizing::default())
        };
        Ok(PriorOutput { path: self.path.clone(), lines, tail })
    }

    fn prepare(&mut self) -> io::Result<(Lines, Zeroizing<Vec<u8>>)> {
        // restores the bits that the umask removed
        #[cfg(unix)]
        if self.readers == Readers::Owner {
            self.file.set_permissions(PermissionsExt::from_mode(0o600))?;
        }
        let found = Found::in_file(&mut self.file)?;
        self.whole = found.whole;
        self.torn = found.whole < found.length;
        let tail = found.tail(&mut self.file)?;
        self.file.seek(SeekFrom::Start(self.whole))?;
        // a run that was killed may have written lines without syncing them
        if let Err(error) = self.file.sync_all() {
            self.write_again()?;
            return Err(error);
        }
        sync_name(&self.path)?;
        self.synced = self.whole;
        Ok((Lines::new(File::open(&self.path)?.take(self.whole), LONGEST), tail))
    }

    /// Writes the existing complete lines again in place, because their sync failed: the system then treats them as written,
    /// and the next sync would not report an error. (They are not cut off, because requests of their secrets may have been
    /// sent.)
    fn write_again(&mut self) -> io::Result<()> {
        let mut block = Zeroizing::new(vec![0; BLOCK]);
        let mut at = 0;
        while at < self.whole {
            let length = (self.whole - at).min(block.len() as u64) as usize;
            self.file.seek(SeekFrom::Start(at))?;
            self.file.read_exact(&mut block[..length])?;
            self.file.seek(SeekFrom::Start(at))?;
            self.file.write_all(&block[..length])?;
            at += length as u64;
        }
        Ok(())
    }

    /// Keeps the file even if the run fails.
    pub(super) fn keep(&mut self) {
        self.provisional = false;
    }

    /// Writes complete lines. After a failure, the file has those that fit, and no part of the next.
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

    /// After an error, removes the incomplete line, and returns the failure.
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
                let message = format!("{}; its last line is incomplete: {error}", failure.message);
                Failure { message, ..failure }
            }
        }
    }

    /// Returns when all lines are on disk. If that fails, the lines since the last sync are removed, because a later sync would
    /// not report that they are missing.
    pub(super) fn sync(&mut self) -> Result<(), Failure> {
        if !self.regular {
            return Ok(());
        }
        match self.file.sync_data() {
            Ok(()) => {
                self.synced = self.whole;
                Ok(())
            }
            Err(error) => {
                self.whole = self.synced;
                Err(self.cut(&[], error))
            }
        }
    }

    /// Called at the end of the list: puts all lines on disk, and fails if there is anything else in the file.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        if self.torn {
            return Err(self.refused("ends with part of a line that belongs to no line of the list"));
        }
        self.sync()
    }

    fn failed(&self, error: io::Error) -> Failure {
        failed(&self.path, error)
    }

    fn refused(&self, message: &str) -> Failure {
        Failure::bad_input(message).about(self.path.display())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        let is_mine = || {
            let (mine, there) = (self.file.metadata()?, fs::symlink_metadata(&self.path)?);
            Ok::<_, io::Error>(mine.len() == 0 && is_same(&mine, &there))
        };
        if self.provisional && is_mine().unwrap_or(false) {
            // the file is empty and still locked, and another failure is reported already
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn failed(path: &Path, error: io::Error) -> Failure {
    Failure::failed(error.to_string()).about(path.display())
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// The lock rejects the same file there, since it belongs to the file and not to the path.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// The parts of a file.
struct Found {
    length: u64,
    /// The bytes before the first NUL. No line has a NUL, but data that was not written when the machine went down is read as
    /// NULs.
    text: u64,
    /// The bytes up to the last newline of the text.
    whole: u64,
}

impl Found {
    fn in_file(file: &mut (impl Read + Seek)) -> io::Result<Self> {
        let mut block = Zeroizing::new(vec![0; BLOCK]);
        let (mut at, mut text, mut whole) = (0, None, 0);
        file.rewind()?;
        loop {
            let bytes = match file.read(&mut block) {
                Ok(0) => return Ok(Self { length: at, text: text.unwrap_or(at), whole }),
                Ok(count) => &block[..count],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let mut behind = bytes;
            if text.is_none() {
                let end = bytes.iter().position(|byte| *byte == 0);
                let (lines, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
                whole =
                    lines.iter().rposition(|byte| *byte == b'\n').map_or(whole, |last| at + last as u64 + 1);
                text = end.map(|end| at + end as u64);
                behind = rest;
            }
            // no byte of a line of JSON is a control character
            if behind.iter().any(|byte| byte.is_ascii_control() && !matches!(byte, 0 | b'\n' | 0x7f)) {
                return Err(io::Error::other("not a file of JSON lines; it was not changed"));
            }
            at += bytes.len() as u64;
        }
    }

    /// The text after the last complete line.
    fn tail(&self, file: &mut (impl Read + Seek)) -> io::Result<Zeroizing<Vec<u8>>> {
        // one byte more than the longest line is enough to see that it is not the beginning of one
        let mut tail = Zeroizing::new(vec![0; (self.text - self.whole).min(LONGEST as u64 + 1) as usize]);
        file.seek(SeekFrom::Start(self.whole))?;
        file.read_exact(&mut tail)?;
        Ok(tail)
    }
}

/// What [`Output::take`] finds in a file with these contents, and whether a part of a line is at its end. For fuzzing.
pub(super) fn found_in(contents: &[u8]) -> io::Result<(PriorOutput, bool)> {
    let mut file = io::Cursor::new(contents);
    let found = Found::in_file(&mut file)?;
    let lines = io::Cursor::new(contents[..found.whole as usize].to_vec());
    let prior =
        PriorOutput { path: PathBuf::new(), lines: Lines::new(lines, LONGEST), tail: found.tail(&mut file)? };
    Ok((prior, found.whole < found.length))
}

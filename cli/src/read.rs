//! Input, read completely into memory that is wiped.

use super::Failure;
use super::output::at_start;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use zeroize::Zeroizing;

/// The most bytes that are read of any input. A file of known answers has about 5 KiB for each case.
const MAX: usize = 64 << 20;

/// All of a file, as text.
pub(super) fn file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    File::open(path)
        .map_err(|error| Failure::bad_input(error.to_string()))
        .and_then(text)
        .map_err(|failure| failure.about(path.display()))
}

/// The text without the byte order mark that some editors put in front.
pub(super) fn without_bom(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// Stdin as a file, without the buffer of the runtime, which nothing wipes.
pub(super) fn stdin() -> io::Result<File> {
    if at_start::stdin_was_closed() {
        return Err(io::Error::other("is closed"));
    }
    #[cfg(unix)]
    let stdin = std::os::fd::AsFd::as_fd(&io::stdin()).try_clone_to_owned();
    #[cfg(windows)]
    let stdin = std::os::windows::io::AsHandle::as_handle(&io::stdin()).try_clone_to_owned();
    stdin.map(File::from)
}

/// All of stdin, as text.
pub(super) fn stdin_text() -> Result<Zeroizing<String>, Failure> {
    stdin()
        .map_err(|error| Failure::bad_input(error.to_string()))
        .and_then(text)
        .map_err(|failure| failure.about("stdin"))
}

/// All of a stream, as text.
pub(super) fn text(stream: impl Read) -> Result<Zeroizing<String>, Failure> {
    let mut bytes = bytes(stream)?;
    let mark = bytes.len() - without_bom(&bytes).len();
    bytes.drain(..mark);
    String::from_utf8(std::mem::take(&mut *bytes)).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        Failure::bad_input("not UTF-8")
    })
}

fn bytes(mut stream: impl Read) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(vec![0; 4096]);
    let mut len = 0;
    loop {
        if len == bytes.len() {
            // not reallocated, which would leave a copy that is not wiped
            let mut more = Zeroizing::new(vec![0; 2 * len]);
            more[..len].copy_from_slice(&bytes);
            bytes = more;
        }
        match stream.read(&mut bytes[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::bad_input(error.to_string())),
        }
        if len > MAX {
            return Err(Failure::bad_input(format!("longer than {MAX} bytes")));
        }
    }
    bytes.truncate(len);
    Ok(bytes)
}

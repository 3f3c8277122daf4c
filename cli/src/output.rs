//! Stdout: it gets the complete result or nothing.

use super::Failure;
use std::io::Write as _;

/// Prints the result of a command. It ends with a newline, so no part of it stays in a buffer.
pub(super) fn print(result: &[u8]) -> Result<(), Failure> {
    if at_start::stdout_was_closed() {
        return Err(Failure::failed("stdout is closed"));
    }
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(result)
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::failed(format!("stdout: {error}")))
}

/// A text from outside without control characters, to be part of one line.
pub(super) fn one_line(text: &str) -> String {
    let escaped = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        if escaped(c) {
            line.extend(c.escape_default())
        } else {
            line.push(c)
        }
        line
    })
}

/// Before `main`, the runtime opens `/dev/null` for a closed stdin or stdout. A list would then be empty, or a result lost, without
/// an error. So an initialiser checks them before the runtime does.
#[cfg(target_os = "linux")]
pub(super) mod at_start {
    use std::ffi::c_int;
    use std::sync::atomic::{AtomicBool, Ordering};

    static CLOSED: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];

    unsafe extern "C" {
        fn fcntl(fd: c_int, command: c_int, ...) -> c_int;
    }

    extern "C" fn look() {
        const F_GETFD: c_int = 1;
        for (fd, closed) in (0..).zip(&CLOSED) {
            // SAFETY: takes no further argument and reads the flags of a descriptor, open or not; the C library is
            // ready before initialisers run
            let flags = unsafe { fcntl(fd, F_GETFD) };
            closed.store(flags < 0, Ordering::Relaxed);
        }
    }

    // SAFETY: the section holds pointers to functions that the loader may call with any arguments, and this is one:
    // under the C calling convention they are ignored. It needs nothing of Rust's runtime and does not unwind.
    #[used]
    #[unsafe(link_section = ".init_array")]
    static LOOK: extern "C" fn() = look;

    pub(crate) fn stdin_was_closed() -> bool {
        CLOSED[0].load(Ordering::Relaxed)
    }

    pub(crate) fn stdout_was_closed() -> bool {
        CLOSED[1].load(Ordering::Relaxed)
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) mod at_start {
    pub(crate) fn stdin_was_closed() -> bool {
        false
    }

    pub(crate) fn stdout_was_closed() -> bool {
        false
    }
}

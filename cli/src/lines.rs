//! The lines of a stream, of bounded length, in memory that is wiped.

use std::io::{self, ErrorKind, Read};
use zeroize::Zeroizing;

/// The size of a buffer at first, in bytes. A fuzzer gets a small one, so that its short inputs fill it.
pub(super) const BLOCK: usize = if cfg!(fuzzing) { 64 } else { 64 << 10 };

/// Lines without their newlines. Text after the last newline is a line too.
pub(super) struct Lines {
    stream: Box<dyn Read + Send>,
    longest: usize,
    buffer: Zeroizing<Vec<u8>>,
    /// The part of the buffer that was read and not yet returned.
    start: usize,
    end: usize,
    number: u64,
}

/// One line.
pub(super) enum Line<'a> {
    Whole(&'a [u8]),
    /// A line that was too long and was dropped.
    TooLong,
}

impl Lines {
    /// Lines of up to `longest` bytes. At most twice as much of a longer line is in memory.
    pub(super) fn new(stream: impl Read + Send + 'static, longest: usize) -> Self {
        let buffer = Zeroizing::new(vec![0; BLOCK]);
        Self { stream: Box::new(stream), longest, buffer, start: 0, end: 0, number: 0 }
    }

    /// The number of the last line that was returned. The first is 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Whether the next line must be read from the stream, which can wait for data.
    pub(super) fn must_read(&self) -> bool {
        !self.buffer[self.start..self.end].contains(&b'\n')
    }

    /// The next line, if there is one, and its length in bytes with its newline.
    pub(super) fn next(&mut self) -> io::Result<Option<(Line<'_>, u64)>> {
        let mut dropped = 0;
        let mut searched = self.start;
        let (line, next) = loop {
            let newline = self.buffer[searched..self.end].iter().position(|byte| *byte == b'\n');
            if let Some(offset) = newline {
                break (self.start..searched + offset, searched + offset + 1);
            }
            if self.end - self.start > self.longest {
                dropped += (self.end - self.start) as u64;
                self.start = self.end;
            }
            searched = self.read()?;
            if searched == self.end {
                if self.start == self.end && dropped == 0 {
                    return Ok(None);
                }
                break (self.start..self.end, self.end);
            }
        };
        let taken = dropped + (next - self.start) as u64;
        self.start = next;
        self.number += 1;
        let too_long = dropped > 0 || line.len() > self.longest;
        Ok(Some((if too_long { Line::TooLong } else { Line::Whole(&self.buffer[line]) }, taken)))
    }

    /// Moves the content of the buffer to its front, and reads after it. Returns where the new bytes begin. At the end of the
    /// stream there are none.
    fn read(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let old = self.end;
        if old == self.buffer.len() {
            // not reallocated, which would leave a copy that is not wiped
            let mut more = Zeroizing::new(vec![0; 2 * old]);
            more[..old].copy_from_slice(&self.buffer);
            self.buffer = more;
        }
        loop {
            match self.stream.read(&mut self.buffer[old..]) {
                Ok(count) => {
                    self.end += count;
                    return Ok(old);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// A stream that returns `self.1` bytes at a time.
    struct Slow(VecDeque<u8>, usize);

    impl Read for Slow {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(to.len());
            self.0.read(&mut to[..count])
        }
    }

    fn lines(text: &[u8], longest: usize, at_a_time: usize) -> Vec<Option<Vec<u8>>> {
        let mut lines = Lines::new(Slow(text.to_vec().into(), at_a_time), longest);
        let (mut all, mut bytes) = (Vec::new(), 0);
        while let Some((line, taken)) = lines.next().unwrap() {
            bytes += taken;
            all.push(match line {
                Line::Whole(line) => Some(line.to_vec()),
                Line::TooLong => None,
            });
            assert_eq!(lines.number(), all.len() as u64);
        }
        assert_eq!(bytes, text.len() as u64);
        assert!(lines.next().unwrap().is_none());
        all
    }

    #[test]
    fn lines_do_not_depend_on_how_the_stream_is_split() {
        let long = [b'x'; 3 * BLOCK];
        for text in
            [&b""[..], b"\n", b"\n\n", b"a", b"a\n", b"a\nb", b"\nab\n\ncde\r\n", b"abc\nabcd\nabcde\nf"]
        {
            for end in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
                let text = [text, &long[..end], &b"\nlast"[..if end == 1 { 0 } else { 5 }]].concat();
                let mut split: Vec<_> = text.split(|byte| *byte == b'\n').collect();
                if split.last() == Some(&&b""[..]) {
                    split.pop();
                }
                for longest in [4, BLOCK, 4 * BLOCK] {
                    let expected: Vec<_> =
                        split.iter().map(|line| (line.len() <= longest).then(|| line.to_vec())).collect();
                    for at_a_time in [1, 2, 3, 1000, usize::MAX] {
                        assert_eq!(lines(&text, longest, at_a_time), expected);
                    }
                }
            }
        }
    }
}

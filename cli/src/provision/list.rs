//! The list, compared with the outputs of earlier runs: what each device needs.

use super::Stop;
use super::seen::Seen;
use crate::json::{self, JsonObject};
use crate::lines::{Line, Lines};
use crate::{Failure, read, records};
use cognito_device_srp::service::check_device_name;
use cognito_device_srp::{Device, Error, RememberedDevice};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io::{self, Read};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The longest line of a list: one with the longest group key, all of whose characters are escaped.
const LONGEST: usize = 1 << 20;

/// The number of bytes that are kept of a bad line.
const INPUT: usize = 4 << 10;

/// How much is handed to a thread at once.
const CHUNK_LINES: u64 = 32;
const CHUNK_BYTES: u64 = 64 << 10;

/// A line of the list.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListedDevice<'a> {
    #[serde(borrow)]
    device_group_key: Cow<'a, str>,
    #[serde(borrow)]
    device_key: Cow<'a, str>,
    #[serde(borrow, default)]
    device_name: Option<Cow<'a, str>>,
}

impl ListedDevice<'_> {
    fn device(&self) -> Result<Device<'_>, Error> {
        Device::new(&self.device_group_key, &self.device_key)
    }
}

/// A line of the rejects.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reject<'a> {
    line: u64,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Cow<'a, str>>,
}

/// A device that needs a request.
pub(super) struct PendingDevice {
    pub(super) group_key: String,
    pub(super) key: String,
    pub(super) name: Option<String>,
    /// The device with its secret, if an earlier run stored it.
    pub(super) remembered: Option<RememberedDevice>,
}

/// Consecutive lines of the list, and the work that they need.
#[derive(Default)]
pub(super) struct Chunk {
    pub(super) devices: Vec<PendingDevice>,
    /// The lines that the rejects still need.
    pub(super) rejects: Vec<u8>,
    /// A line for stderr for each bad line.
    pub(super) reports: String,
    pub(super) rejected: u64,
    pub(super) lines: u64,
    pub(super) bytes: u64,
}

impl Chunk {
    /// An upper bound of the memory, in bytes, until the chunk is written: for each device its texts, its line of the secrets
    /// and a copy of that line, each at most as long as its line of the list, and the random part. For each reject its line, in
    /// which each byte of the list can become an escape of six, and its report.
    pub(super) fn memory(&self) -> u64 {
        3 * self.bytes + self.rejects.capacity() as u64 + self.reports.capacity() as u64 + 2048 * self.lines
    }
}

/// The output of an earlier run, which is read along with the list.
pub(super) struct PriorOutput {
    pub(super) path: PathBuf,
    pub(super) lines: Lines,
    /// The bytes after the last complete line.
    pub(super) tail: Zeroizing<Vec<u8>>,
}

impl PriorOutput {
    /// Its next line, if there is one.
    fn next(&mut self) -> Result<Option<&[u8]>, Failure> {
        match self.lines.next() {
            Ok(None) => Ok(None),
            Ok(Some((Line::Whole(line), _))) => Ok(Some(line)),
            Ok(Some((Line::TooLong, _))) => Err(Failure::bad_input("a line is too long")),
            Err(error) => Err(Failure::bad_input(error.to_string())),
        }
        .map_err(|failure| failure.about(self.path.display()))
    }

    /// Called when a line of the list has no line in this file. The tail will be cut off, so it must be the beginning of the
    /// line that belongs there.
    fn end(&mut self, list_line: u64, can_begin: impl FnOnce(&[u8]) -> bool) -> Result<(), Failure> {
        let tail = std::mem::take(&mut self.tail);
        if tail.is_empty() || can_begin(&tail) {
            return Ok(());
        }
        let message = format!(
            "its end is not the beginning of the output for line {list_line} of the list; it was not changed"
        );
        Err(Failure::bad_input(message).about(self.path.display()))
    }

    /// The failure that the last line that was read does not belong to this line of the list.
    fn differs(&self, list_line: u64) -> Failure {
        Failure::bad_input(format!(
            "{}: line {} does not belong to line {list_line} of the list: this is the output of another list, or was changed",
            self.path.display(),
            self.lines.number(),
        ))
    }
}

/// The list, and the outputs of an earlier run as far as it wrote them.
pub(super) struct List {
    lines: Lines,
    requests: PriorOutput,
    secrets: PriorOutput,
    rejects: Option<PriorOutput>,
    seen: Seen,
    stop: Stop,
}

impl List {
    pub(super) fn new(
        list: impl Read + Send + 'static,
        requests: PriorOutput,
        secrets: PriorOutput,
        rejects: Option<PriorOutput>,
        stop: Stop,
    ) -> Result<Self, Failure> {
        let seen = Seen::new().map_err(temporary)?;
        Ok(Self { lines: Lines::new(list, LONGEST), requests, secrets, rejects, seen, stop })
    }

    /// The next lines that can be read without waiting, or at least one. `None` at the end of the list. Then the outputs of the
    /// earlier run are at their ends too.
    pub(super) fn next_chunk(&mut self) -> Result<Option<Chunk>, Failure> {
        let mut chunk = Chunk::default();
        while chunk.lines == 0
            || chunk.lines < CHUNK_LINES && chunk.bytes < CHUNK_BYTES && !self.lines.must_read()
        {
            self.stop.check()?;
            if !self.next_line(&mut chunk)? {
                break;
            }
        }
        if chunk.lines > 0 {
            return Ok(Some(chunk));
        }
        for prior in [&mut self.requests, &mut self.secrets].into_iter().chain(&mut self.rejects) {
            if prior.next()?.is_some() {
                let message = format!("line {} has no line in the list", prior.lines.number());
                return Err(Failure::bad_input(message).about(prior.path.display()));
            }
        }
        Ok(None)
    }

    /// Adds the next line to the chunk. Returns whether there was one.
    fn next_line(&mut self, chunk: &mut Chunk) -> Result<bool, Failure> {
        let number = self.lines.number() + 1;
        let next = self.lines.next().map_err(|error| Failure::bad_input(format!("the list: {error}")))?;
        let Some((line, bytes)) = next else {
            return Ok(false);
        };
        chunk.lines += 1;
        chunk.bytes += bytes;
        let (reason, input) = match line {
            Line::TooLong => (format!("longer than {LONGEST} bytes"), None),
            Line::Whole(line) => {
                let line = if number == 1 { read::without_bom(line) } else { line };
                let line = line.trim_ascii();
                if line.is_empty() {
                    return Ok(true);
                }
                let input = || Some(cut(String::from_utf8_lossy(line)));
                match parse(line) {
                    Err(failure) => (failure.message, input()),
                    Ok(device) => {
                        match self.seen.first_line(&device.device_key, number).map_err(temporary)? {
                            Some(first) => {
                                (format!("the device key is the same as on line {first}"), input())
                            }
                            None => {
                                let state =
                                    prior_state(&mut self.requests, &mut self.secrets, &device, number)?;
                                let remembered = match state {
                                    PriorState::Nothing => None,
                                    PriorState::SecretAlone(remembered) => Some(remembered),
                                    PriorState::SecretAndRequest => return Ok(true),
                                };
                                chunk.devices.push(PendingDevice {
                                    group_key: device.device_group_key.into_owned(),
                                    key: device.device_key.into_owned(),
                                    name: device.device_name.map(Cow::into_owned),
                                    remembered,
                                });
                                return Ok(true);
                            }
                        }
                    }
                }
            }
        };
        chunk.rejected += 1;
        chunk.reports += &format!("cognito-device-srp: line {number}: {reason}\n");
        let Some(rejects) = &mut self.rejects else {
            return Ok(true);
        };
        let reject = json::line(&Reject { line: number, reason: &reason, input })?;
        match rejects.next()? {
            None => {
                rejects.end(number, |tail| reject.starts_with(tail))?;
                chunk.rejects.extend_from_slice(&reject);
            }
            Some(prior) if reject.strip_suffix(b"\n") == Some(prior) => {}
            Some(_) => return Err(rejects.differs(number)),
        }
        Ok(true)
    }
}

/// The file of the device keys failed.
fn temporary(error: io::Error) -> Failure {
    Failure::failed(format!("a temporary file: {error}"))
}

/// The part of a bad line that is kept.
fn cut(line: Cow<'_, str>) -> Cow<'_, str> {
    let end = (0..=INPUT.min(line.len())).rev().find(|&end| line.is_char_boundary(end)).unwrap_or(0);
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(&line[..end]),
        Cow::Owned(mut line) => {
            line.truncate(end);
            Cow::Owned(line)
        }
    }
}

/// The device of a line, checked.
fn parse(line: &[u8]) -> Result<ListedDevice<'_>, Failure> {
    let line = str::from_utf8(line).map_err(|_| Failure::bad_input("not UTF-8"))?;
    let JsonObject(device): JsonObject<ListedDevice<'_>> = serde_json::from_str(line).map_err(|error| {
        // only the place: the parser's own message could quote a secret that is here by mistake
        Failure::bad_input(format!(
            "not a JSON object with the texts DeviceGroupKey, DeviceKey and optionally DeviceName, and nothing else (column {})",
            error.column(),
        ))
    })?;
    device.device()?;
    device.device_name.as_deref().map(check_device_name).transpose()?;
    Ok(device)
}

/// What an earlier run wrote for a device.
enum PriorState {
    Nothing,
    SecretAlone(RememberedDevice),
    SecretAndRequest,
}

/// Reads the next line of both files, which must be of this device if there is one.
fn prior_state(
    requests: &mut PriorOutput,
    secrets: &mut PriorOutput,
    listed: &ListedDevice<'_>,
    number: u64,
) -> Result<PriorState, Failure> {
    let device = listed.device()?;
    let name = listed.device_name.as_deref();
    let requested = match requests.next()? {
        None => {
            requests.end(number, |tail| records::can_begin_request(tail, device, name))?;
            false
        }
        Some(line) if records::is_request_for(line, device, name) => true,
        Some(_) => return Err(requests.differs(number)),
    };
    match (secrets.next()?, requested) {
        (None, false) => {
            secrets.end(number, |tail| records::can_begin_remembered(tail, device))?;
            Ok(PriorState::Nothing)
        }
        (None, true) => {
            let message = format!("line {number} of the list has a request and no secret");
            Err(Failure::bad_input(message).about(secrets.path.display()))
        }
        (Some(line), _) => match records::remembered(line, device) {
            None => Err(secrets.differs(number)),
            Some(_) if requested => Ok(PriorState::SecretAndRequest),
            Some(remembered) => Ok(PriorState::SecretAlone(remembered)),
        },
    }
}

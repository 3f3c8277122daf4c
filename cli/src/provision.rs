//! `provision`: a secret and a `ConfirmDevice` request for every device of a list.
//!
//! Contract: a run may end at any time and for any reason. The next run with `--resume` then gives the outputs of an
//! uninterrupted run: one line of the secrets and one of the requests for each good line of the list, and one line of the
//! rejects for each bad one, in the order of the list. These rules ensure it:
//!
//! 1. **Outputs are prefixes.** One thread appends complete lines to the files, in the order of the list. So at any moment, each
//!    output is a prefix of the expected output, perhaps followed by a part of a line.
//! 2. **The secret comes first.** A batch of secrets is written and synced before the first byte of its requests is written.
//!    So every complete line of the requests belongs to a device whose secret is on disk. The secrets are at most one batch
//!    ahead.
//! 3. **Incomplete lines are dropped.** No request was made from a secret whose line is incomplete, so the line is cut off and
//!    another secret is drawn. An incomplete request is not sent either. A run that ends by an error or a signal that it can
//!    handle leaves no incomplete line.
//! 4. **A kept secret is used.** A device with a secret and without a request gets a request for that secret, under a new
//!    salt. Every request that was made from a secret lets the device sign in, so it does no harm if a lost one was sent.
//! 5. **There is no state file.** `--resume` reads the outputs along with the list from its start. Each of their lines must
//!    belong to the line of the list at that point: it must have the device key, group key and name, and a line of the rejects,
//!    which depends only on the list, must be the same to the byte. If a line does not belong there, or is left over, the run
//!    stops. It changes a file only after it has found all of its complete lines right. It only cuts off the beginning of the
//!    line that belongs there, perhaps followed by what a crash of the machine leaves of data that was not written: NULs and
//!    pieces of lines. It opens no link, no file of another user, no file with another name, and, except for the requests, no
//!    file that others can access.
//! 6. **Existing lines are synced** before they are used, because the run that wrote them may not have synced them. If this
//!    sync fails, they are written again. If a later sync fails, the lines that it was for are cut off. In both cases the next
//!    sync would not report the error.
//! 7. **One run at a time.** The operating system locks the outputs, and unlocks them when the process ends for any reason. A
//!    run that fails removes the files that it has made, if it has the lock and they are empty.
//!
//! During a run, all secrets whose requests were written are on disk. At its end, all outputs are.
//!
//! Memory: each chunk of lines goes to a thread, with a slot for the result. The slots wait in a queue of bounded length in the
//! order of the list, and the writer takes the results out of them. A chunk goes to a thread only when the memory that it needs
//! until it is written is free, out of a fixed amount for all chunks. Of the list, only hashes of its device keys are kept, to
//! find keys that are repeated. For a long list they are in a temporary file.

mod list;
mod output;
mod seen;

use crate::arguments::{Arguments, Command};
use crate::register::not_made;
use crate::{Failure, read, records};
use cognito_device_srp::{Device, DeviceRegistration, DeviceSecret, Salt};
use indicatif::{ProgressBar, ProgressStyle};
use list::{Chunk, List, PendingDevice};
use output::{Output, Readers};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use zeroize::{Zeroizing, zeroize_stack};

const HELP: &str = "\
Make the secrets and the ConfirmDevice requests of a list of devices.

Usage: cognito-device-srp provision --input FILE --requests FILE --secrets FILE [--rejects FILE] [--resume]
           [--jobs N]

Options:
  --input FILE     the list, '-' for stdin: each line is a JSON object with the texts DeviceGroupKey, DeviceKey and,
                   if you like, DeviceName. Blank lines are skipped
  --requests FILE  the file to make for the requests: each line is a request as register prints it,
                   without an access token
  --secrets FILE   the file to make for the secrets (mode 0600): each line is what register writes to its file
  --rejects FILE   the file to make for the bad lines (mode 0600): {\"Line\", \"Reason\", \"Input\"}.
                   Input is the first 4 KiB of the line
  --resume         continue the run that made these files
  --jobs N         threads, 1 to 1024; by default one for each core
  -h, --help       print this

The outputs are in the order of the list. A secret is on disk before its request is written. If stderr is a terminal,
it shows a progress bar. Memory does not grow with the list.

A bad line is reported on stderr with its number. The run continues, and its exit code is 1. The first error of writing
ends the run, and so do Ctrl-C and SIGTERM (exit codes 130 and 143). All finished lines are then complete.

--resume continues after the last complete line, and makes no second secret for a device. It needs the same list: it
compares the list with the outputs, and stops if they do not match. It also stops if an output is a link or belongs to
another user, or if the secrets or rejects are open to others. Without --resume, the outputs must not exist.

A line whose device key was on an earlier line is a bad line, because the service accepts only one secret for a
device. To find these lines in a list of more than 30000, the program keeps 50 to 150 bytes for each line in a
temporary file (in TMPDIR or /tmp).

register plays a sign-in with each secret. provision does that only with the first secret of each thread.
";

pub(crate) const COMMAND: Command = Command {
    options: &["input", "requests", "secrets", "rejects", "jobs"],
    flags: &["resume"],
    ..Command::new("provision", HELP, run)
};

/// The number of chunks for each thread that can wait for the writer.
const WAITING: usize = 32;

/// The most memory, in bytes, of all chunks from their reading until they are written.
const MEMORY: u64 = 64 << 20;

/// The number of lines of the list after which a batch is synced. The last chunk of a batch can exceed it.
const BATCH_LINES: u64 = 4096;

/// The longest time until a signal is noticed while the list is a pipe without data.
const PATIENCE: Duration = Duration::from_millis(100);

fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let input = arguments.take_required("input")?;
    let requests = arguments.take_required("requests")?;
    let secrets = arguments.take_required("secrets")?;
    let jobs = jobs(arguments.take("jobs"))?;
    let stop = Stop::on_signals()?;
    let input = Input::open(&input)?;
    let progress = progress(input.length);

    let resume = arguments.has("resume");
    let requests = Output::open(requests, Readers::Umask, resume, &[&input.file])?;
    let secrets = Output::open(secrets, Readers::Owner, resume, &[&input.file, requests.file()])?;
    let rejects = arguments.take("rejects").map(|path| {
        Output::open(path, Readers::Owner, resume, &[&input.file, requests.file(), secrets.file()])
    });
    let rejects = rejects.transpose()?;
    let mut files = Files { requests, secrets, rejects };
    let list = files.begin(input.file, stop.clone())?;
    let outcomes = Outcomes { slots: start(list, jobs)?, waiting: None, stop };
    let mut writer = Writer { files, progress, lines: 0, rejected: 0 };
    writer.write(outcomes)?;
    match writer.rejected {
        0 => Ok(()),
        rejected => Err(Failure::failed(format!("{rejected} of {} lines are bad", writer.lines))),
    }
}

/// What a run with `--resume` has yet to do.
#[derive(Debug, Default)]
pub struct Remaining {
    /// Device group key, device key and name of each device that needs a request, and whether it needs a secret too.
    pub devices: Vec<(String, String, Option<String>, bool)>,
    /// The lines of the rejects that are missing.
    pub rejects: Vec<u8>,
}

/// What is left to do for a list with these outputs: requests, secrets and rejects. Makes no secret. For fuzzing.
pub(crate) fn remaining(list: &[u8], outputs: [&[u8]; 3]) -> Result<Remaining, Failure> {
    let failed = |error: io::Error| Failure::failed(error.to_string());
    let [requests, secrets, rejects] = outputs.map(|contents| output::found_in(contents).map_err(failed));
    let ((requests, requests_torn), (secrets, secrets_torn), (rejects, rejects_torn)) =
        (requests?, secrets?, rejects?);
    let list = io::Cursor::new(list.to_vec());
    let mut list = List::new(list, requests, secrets, Some(rejects), Stop(Arc::default()))?;
    let mut remaining = Remaining::default();
    while let Some(chunk) = list.next_chunk()? {
        remaining.rejects.extend_from_slice(&chunk.rejects);
        for PendingDevice { group_key, key, name, remembered } in chunk.devices {
            remaining.devices.push((group_key, key, name, remembered.is_none()));
        }
    }
    // as `Output::finish` does: what is torn is cut off by the next line alone
    let [no_request, no_secret] = [
        remaining.devices.is_empty(),
        !remaining.devices.iter().any(|&(_, _, _, needs_secret)| needs_secret),
    ];
    if requests_torn && no_request
        || secrets_torn && no_secret
        || rejects_torn && remaining.rejects.is_empty()
    {
        return Err(Failure::bad_input("part of a line that belongs to no line of the list"));
    }
    Ok(remaining)
}

fn jobs(given: Option<OsString>) -> Result<usize, Failure> {
    match given {
        None => Ok(thread::available_parallelism().map_or(1, NonZero::get)),
        Some(text) => match text.to_str().and_then(|text| text.parse().ok()) {
            Some(jobs @ 1..=1024) => Ok(jobs),
            _ => Err(Failure::bad_input("--jobs must be a whole number from 1 to 1024")),
        },
    }
}

/// The file or stream of the list.
struct Input {
    file: File,
    /// The length in bytes, if it is known.
    length: Option<u64>,
}

impl Input {
    fn open(path: &OsString) -> Result<Self, Failure> {
        let failed =
            |error: io::Error| Failure::bad_input(error.to_string()).about(Path::new(path).display());
        let file = if path == "-" { read::stdin() } else { File::open(path) }.map_err(failed)?;
        let kind = file.metadata().map_err(failed)?;
        if kind.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self { file, length: kind.is_file().then_some(kind.len()) })
    }
}

/// The outputs.
struct Files {
    requests: Output,
    secrets: Output,
    rejects: Option<Output>,
}

impl Files {
    /// Opens the list along with the existing lines of the outputs.
    fn begin(&mut self, input: File, stop: Stop) -> Result<List, Failure> {
        let Self { requests, secrets, rejects } = self;
        let list = List::new(
            input,
            requests.take()?,
            secrets.take()?,
            rejects.as_mut().map(Output::take).transpose()?,
            stop,
        )?;
        [requests, secrets].into_iter().chain(rejects).for_each(Output::keep);
        Ok(list)
    }
}

/// The signal that stops the run, if one was received. A second signal ends the process at once.
#[derive(Clone)]
struct Stop(Arc<AtomicUsize>);

impl Stop {
    fn on_signals() -> Result<Self, Failure> {
        use signal_hook::{consts, flag};
        let number = Arc::new(AtomicUsize::new(0));
        let come = Arc::new(AtomicBool::new(false));
        let register = || {
            for signal in [consts::SIGINT, consts::SIGTERM] {
                flag::register_conditional_default(signal, come.clone())?;
                flag::register(signal, come.clone())?;
                flag::register_usize(signal, number.clone(), signal as usize)?;
            }
            // so that reaching the size limit of a file is an error of writing, and not the end of the process
            #[cfg(unix)]
            flag::register(consts::SIGXFSZ, Arc::default())?;
            Ok(())
        };
        register().map_err(|error: io::Error| Failure::failed(format!("signals: {error}")))?;
        Ok(Self(number))
    }

    fn check(&self) -> Result<(), Failure> {
        match self.0.load(Ordering::SeqCst) {
            0 => Ok(()),
            signal => Err(Failure {
                code: (128 + signal) as u8,
                message: "stopped by a signal; use --resume to continue".to_owned(),
            }),
        }
    }
}

/// The memory for chunks.
struct Memory {
    free: Mutex<u64>,
    more: Condvar,
}

impl Memory {
    /// Waits until this many bytes are free, and takes them.
    fn take(self: &Arc<Self>, bytes: u64) -> Share {
        let bytes = bytes.min(MEMORY);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free =
            self.more.wait_while(free, |free| *free < bytes).unwrap_or_else(PoisonError::into_inner);
        *free -= bytes;
        Share { memory: self.clone(), bytes }
    }
}

/// A part of the memory, which is given back on drop.
struct Share {
    memory: Arc<Memory>,
    bytes: u64,
}

impl Drop for Share {
    fn drop(&mut self) {
        *self.memory.free.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.memory.more.notify_one();
    }
}

/// The outputs for a chunk of the list.
struct FinishedChunk {
    /// The chunk, without its devices, which are done.
    chunk: Chunk,
    secrets: Zeroizing<Vec<u8>>,
    requests: Vec<u8>,
    _share: Share,
}

/// Receives the outputs of a chunk.
type Slot = Receiver<Result<FinishedChunk, Failure>>;

/// Starts the threads. The queue has the slots in the order of the list. It ends with the list or with a failure.
///
/// The threads are not joined. When the queue is dropped, each ends by itself, except that the one that reads the list can be
/// waiting for a pipe.
fn start(mut list: List, jobs: usize) -> Result<Receiver<Slot>, Failure> {
    let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
        let spawned = thread::Builder::new().name(name.to_owned()).spawn(work);
        spawned.map(drop).map_err(|error| Failure::failed(format!("thread {name}: {error}")))
    };
    let (queue, slots) = mpsc::sync_channel(WAITING * jobs);
    let (work, chunks) =
        mpsc::channel::<(Result<(Chunk, Share), Failure>, SyncSender<Result<FinishedChunk, Failure>>)>();
    let chunks = Arc::new(Mutex::new(chunks));
    for _ in 0..jobs {
        let chunks = chunks.clone();
        spawn(
            "maker",
            Box::new(move || {
                let mut maker = Maker { proven: false };
                let next = || chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok((chunk, slot)) = next() {
                    // the receiver is gone if the run has failed
                    let _ = slot.send(chunk.and_then(|(chunk, share)| maker.make(chunk, share)));
                    zeroize_stack::<{ crate::register::STACK }>();
                }
            }),
        )?;
    }
    spawn(
        "list",
        Box::new(move || {
            let memory = Arc::new(Memory { free: Mutex::new(MEMORY), more: Condvar::new() });
            while let Some(chunk) = list.next_chunk().transpose() {
                let failed = chunk.is_err();
                let chunk = chunk.map(|chunk| {
                    let share = memory.take(chunk.memory());
                    (chunk, share)
                });
                let (slot, made) = mpsc::sync_channel(1);
                if queue.send(made).is_err() || work.send((chunk, slot)).is_err() || failed {
                    break;
                }
            }
        }),
    )?;
    Ok(slots)
}

/// Makes the registrations.
struct Maker {
    /// Whether this thread has proven a registration.
    proven: bool,
}

impl Maker {
    #[inline(never)] // frame: it is wiped afterwards
    fn make(&mut self, mut chunk: Chunk, share: Share) -> Result<FinishedChunk, Failure> {
        let mut secrets = Vec::with_capacity(chunk.devices.len());
        let mut requests = Vec::new();
        for device in std::mem::take(&mut chunk.devices) {
            let registration = self.register(&device)?;
            if device.remembered.is_none() {
                secrets.push(records::remembered_line(&registration)?);
            }
            requests.extend_from_slice(&records::request_line(None, &registration, device.name.as_deref())?);
        }
        let lines: Vec<_> = secrets.iter().map(|line| line.as_slice()).collect();
        let secrets = Zeroizing::new(lines.concat());
        Ok(FinishedChunk { chunk, secrets, requests, _share: share })
    }

    /// A registration with a new secret, or with the secret that an earlier run stored and a new salt.
    fn register<'d>(&mut self, pending: &'d PendingDevice) -> Result<DeviceRegistration<'d>, Failure> {
        let registration = match &pending.remembered {
            None => DeviceRegistration::generate(Device::new(&pending.group_key, &pending.key)?)
                .map_err(not_made)?,
            Some(remembered) => {
                if !remembered.secret().has_generated_form() {
                    let message =
                        format!("the stored secret of {} was not made by this program", pending.key);
                    return Err(Failure::bad_input(message));
                }
                let secret = DeviceSecret::from_text(remembered.secret().expose_secret())?;
                let salt = Salt::generate().map_err(not_made)?;
                DeviceRegistration::for_secret(remembered.device(), secret, salt)
            }
        };
        if !self.proven {
            registration.prove().map_err(not_made)?;
            self.proven = true;
        }
        Ok(registration)
    }
}

/// The outputs of the chunks, in the order of the list.
struct Outcomes {
    slots: Receiver<Slot>,
    /// A slot that was empty when it was polled.
    waiting: Option<Slot>,
    stop: Stop,
}

impl Outcomes {
    /// Waits for the next outputs. `None` at the end of the list.
    fn next(&mut self) -> Result<Option<FinishedChunk>, Failure> {
        let slot = loop {
            match self.waiting.take().map_or_else(|| self.slots.recv_timeout(PATIENCE), Ok) {
                Ok(slot) => break slot,
                Err(RecvTimeoutError::Timeout) => self.stop.check()?,
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        };
        slot.recv().unwrap_or_else(|_| Err(Failure::failed("a thread has ended unexpectedly"))).map(Some)
    }

    /// The next outputs, if they are ready.
    fn next_if_ready(&mut self) -> Result<Option<FinishedChunk>, Failure> {
        let Some(slot) = self.waiting.take().or_else(|| self.slots.try_recv().ok()) else {
            return Ok(None);
        };
        match slot.try_recv() {
            Ok(made) => made.map(Some),
            // if the slot stays empty, `next` finds out why
            Err(_) => {
                self.waiting = Some(slot);
                Ok(None)
            }
        }
    }
}

/// The one thread that writes.
struct Writer {
    files: Files,
    progress: ProgressBar,
    /// The number of lines of the list that are done.
    lines: u64,
    rejected: u64,
}

impl Writer {
    /// Writes everything, or stops at the first failure.
    fn write(&mut self, mut outcomes: Outcomes) -> Result<(), Failure> {
        while let Some(first) = outcomes.next()? {
            let mut batch = vec![first];
            let mut lines = 0;
            let after = loop {
                lines += batch.last().map_or(0, |made| made.chunk.lines);
                if lines >= BATCH_LINES {
                    break Ok(());
                }
                match outcomes.next_if_ready() {
                    Ok(Some(made)) => batch.push(made),
                    Ok(None) => break Ok(()),
                    Err(failure) => break Err(failure),
                }
            };
            self.write_batch(&batch)?;
            after?;
        }
        let Files { requests, secrets, rejects } = &mut self.files;
        [requests, secrets].into_iter().chain(rejects).try_for_each(Output::finish)
    }

    fn write_batch(&mut self, batch: &[FinishedChunk]) -> Result<(), Failure> {
        let Files { requests, secrets, rejects } = &mut self.files;
        batch.iter().try_for_each(|made| secrets.append(&made.secrets))?;
        if batch.iter().any(|made| !made.secrets.is_empty()) {
            secrets.sync()?;
        }
        for made in batch {
            requests.append(&made.requests)?;
            if let Some(rejects) = rejects {
                rejects.append(&made.chunk.rejects)?;
            }
            if !made.chunk.reports.is_empty() {
                // there is nowhere else to report an error
                let _ = self.progress.suspend(|| io::stderr().write_all(made.chunk.reports.as_bytes()));
            }
            self.lines += made.chunk.lines;
            self.rejected += made.chunk.rejected;
            self.progress.inc(made.chunk.bytes);
        }
        self.progress.set_message(format!("{} lines", self.lines));
        Ok(())
    }
}

/// A bar on stderr, if that is a terminal.
fn progress(length: Option<u64>) -> ProgressBar {
    let (bar, template) = match length {
        Some(length) => (ProgressBar::new(length), "{wide_bar} {percent}% {msg}, {eta} to go"),
        None => (ProgressBar::no_length(), "{spinner} {msg}, {elapsed}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

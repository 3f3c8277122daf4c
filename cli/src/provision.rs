//! `provision`: a secret and a `ConfirmDevice` request for every device of a list.
//!
//! Contract: whatever ends a run, and whenever, the next one with `--resume` ends with the outputs of one that was never
//! interrupted: one line of the secrets and one of the requests for each good line of the list, one of the rejects
//! for each bad one, in its order. What makes it so:
//!
//! 1. **Outputs are prefixes.** One thread writes, in the order of the list, whole lines at the end of files. So each
//!    output is, at any moment, a prefix of what the list calls for, and then perhaps part of a line.
//! 2. **The secret comes first.** A batch of secrets is written and synced before a byte of the first of their requests is.
//!    So the whole lines of the requests are of devices whose secrets are on disk: the secrets are ahead, by a batch at
//!    most, or even.
//! 3. **A torn line is nobody's.** Nothing was made of a secret whose line is not whole, so it is cut off and another is
//!    drawn; nor is a request sent that is not whole. A run that can still act, on an error or a signal, leaves none.
//! 4. **A kept secret is used.** A device with a secret and without a request gets a request for that secret, under a new
//!    salt: any request that was made of a secret lets it sign in, so it would not even matter if the lost one was sent.
//! 5. **Nothing is remembered.** There is no state beside the outputs. `--resume` reads them along with the list from its
//!    start, and each of their lines must be what the list calls for there, by device key, group key, name or, with
//!    rejects, which follow from the list alone, to the byte. If one is not, or one is left over, the run is refused; it
//!    cuts and writes in a file only when all whole lines of that were found right, and what it cuts off is a beginning of
//!    the line that the list calls for there, and perhaps, behind it, what a machine that went down leaves in place of
//!    what was never written: NULs, and pieces of lines. It opens no link, and no file that is another user's, has another
//!    name or, but for the requests, is open to others.
//! 6. **What was found is synced**, before anything is made of it: the run that wrote it may not have come to that. When
//!    that sync fails, it is written again, and when a later one fails, what it was for is cut off again: the next one would
//!    not tell.
//! 7. **One run at a time**: the outputs are locked by the operating system, which unlocks them when a process ends,
//!    however it does. A run that fails removes what it has made, if it has the lock and nothing is in it.
//!
//! On disk at the end of a run are all outputs; before, all secrets of which a request was written.
//!
//! Memory: a chunk of lines goes to a thread with a slot for the result, and the slots wait in a queue of bounded
//! length, in the order of the list. The writer takes the results out of them. A chunk is handed to a thread only when there
//! is as much memory free, of what there is for all of them, as it takes until it is written. Of the list itself nothing is kept
//! but hashes of its device keys, if it is long in a temporary file, by which a key that comes again is a bad line.

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
Make the secrets and the ConfirmDevice requests of a whole list of devices.

Usage: cognito-device-srp provision --input FILE --requests FILE --secrets FILE [--rejects FILE] [--resume]
           [--jobs N]

Options:
  --input FILE     the list, '-' for stdin: on each line a JSON object of the texts DeviceGroupKey and DeviceKey, and
                   perhaps DeviceName. Blank lines are skipped
  --requests FILE  the file to make for the requests, without access tokens: each line as register prints one
  --secrets FILE   the file to make for the secrets (mode 0600): each line as register keeps one
  --rejects FILE   the file to make for the bad lines (mode 0600): {\"Line\", \"Reason\", \"Input\"}, the last
                   one the first 4 KiB of the line
  --resume         go on where the run that made these files was stopped
  --jobs N         threads, 1 to 1024; by default one for each core
  -h, --help       print this

The lines of the outputs are in the order of the list. A secret is on disk before its request is written. There is
a progress bar when stderr is a terminal. Memory does not grow with the list.

A bad line is told on stderr with its number, and the rest goes on; in the end the exit code is 1. The first error of
writing ends the run, as Ctrl-C and SIGTERM do (exit codes 130 and 143), with every finished line whole. However it
ended, --resume goes on after the last whole line, and makes no second secret for a device. It wants the same list: it
is compared with the outputs, and refused if they are not of it, as are outputs that are links, another user's or, but
for the requests, open to others. Without --resume, a file that is there already is refused.

A device key that was on a line before makes a bad line: the service takes one secret of a device. To find these, 50
to 150 bytes for each line are in a temporary file (in TMPDIR or /tmp), once there are 30000.

register plays a sign-in with each secret; provision does with the first of each thread.
";

pub(crate) const COMMAND: Command = Command {
    options: &["input", "requests", "secrets", "rejects", "jobs"],
    flags: &["resume"],
    ..Command::new("provision", HELP, run)
};

/// Chunks that wait for the writer, a thread.
const WAITING: usize = 32;

/// Bytes that chunks take from where they are read until they are written, at most.
const MEMORY: u64 = 64 << 20;

/// Lines of the list that are synced at once, at most. (And a chunk.)
const BATCH_LINES: u64 = 4096;

/// How long a list from a pipe may keep a signal waiting.
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

fn jobs(given: Option<OsString>) -> Result<usize, Failure> {
    match given {
        None => Ok(thread::available_parallelism().map_or(1, NonZero::get)),
        Some(text) => match text.to_str().and_then(|text| text.parse().ok()) {
            Some(jobs @ 1..=1024) => Ok(jobs),
            _ => Err(Failure::bad_input("--jobs is not a number from 1 to 1024")),
        },
    }
}

/// What the list is read from.
struct Input {
    file: File,
    /// In bytes, if that is known.
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
    /// Reads what is in the outputs along with the list.
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

/// The signal to stop on, if one has come. The second one of its kind ends the process at once.
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
            // so that a file that may not grow is an error of writing
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
                message: "stopped by a signal; --resume goes on".to_owned(),
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
    /// Waits until there is as much, and takes it.
    fn take(self: &Arc<Self>, bytes: u64) -> Share {
        let bytes = bytes.min(MEMORY);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free =
            self.more.wait_while(free, |free| *free < bytes).unwrap_or_else(PoisonError::into_inner);
        *free -= bytes;
        Share { memory: self.clone(), bytes }
    }
}

/// Some of it, given back on drop.
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

/// What became of a chunk of the list.
struct FinishedChunk {
    /// The chunk, of which the devices are done.
    chunk: Chunk,
    secrets: Zeroizing<Vec<u8>>,
    requests: Vec<u8>,
    _share: Share,
}

/// Where a chunk's outcome will be.
type Slot = Receiver<Result<FinishedChunk, Failure>>;

/// Starts the threads. The queue has the slots in the order of the list, and ends with it or with a failure.
///
/// They are not waited for: without the queue each ends by itself, but for the one that reads, which may have to wait
/// for a pipe.
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
                    // nobody is there to take it when the run has failed
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

/// Makes what the list calls for.
struct Maker {
    /// Whether this thread's arithmetic has been seen to be right.
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

    /// With a new secret, or with one that an earlier run drew and kept, and a new salt.
    fn register<'d>(&mut self, pending: &'d PendingDevice) -> Result<DeviceRegistration<'d>, Failure> {
        let registration = match &pending.remembered {
            None => DeviceRegistration::generate(Device::new(&pending.group_key, &pending.key)?)
                .map_err(not_made)?,
            Some(remembered) => {
                if !remembered.secret().has_generated_form() {
                    let message = format!("the kept secret of {} is not one that is made here", pending.key);
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

/// What was made, in the order of the list.
struct Outcomes {
    slots: Receiver<Slot>,
    /// One that was empty when it was looked into.
    waiting: Option<Slot>,
    stop: Stop,
}

impl Outcomes {
    /// The next one; at the end of the list there is none.
    fn next(&mut self) -> Result<Option<FinishedChunk>, Failure> {
        let slot = loop {
            match self.waiting.take().map_or_else(|| self.slots.recv_timeout(PATIENCE), Ok) {
                Ok(slot) => break slot,
                Err(RecvTimeoutError::Timeout) => self.stop.check()?,
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        };
        slot.recv().unwrap_or_else(|_| Err(Failure::failed("a thread has died"))).map(Some)
    }

    /// The next one, if it is there already.
    fn next_if_ready(&mut self) -> Result<Option<FinishedChunk>, Failure> {
        let Some(slot) = self.waiting.take().or_else(|| self.slots.try_recv().ok()) else {
            return Ok(None);
        };
        match slot.try_recv() {
            Ok(made) => made.map(Some),
            // if it stays so, next() finds out why
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
    /// Lines of the list that are done with.
    lines: u64,
    rejected: u64,
}

impl Writer {
    /// Writes all there is, or up to the first failure.
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
                // there is nowhere else to say it
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

//! The time of one operation: the median of turns, in CPU time of this thread.

use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::Duration;

/// How long a turn takes, at least.
const TURN: Duration = Duration::from_millis(20);

pub struct Timed {
    run: Box<dyn FnMut()>,
    /// How often it runs in a turn.
    repeats: u32,
    seconds: Vec<f64>,
}

impl Timed {
    pub fn new<T>(mut run: impl FnMut() -> T + 'static) -> Self {
        let run = move || {
            black_box(run());
        };
        let mut timed = Self { run: Box::new(run), repeats: 1, seconds: Vec::new() };
        // the first ones warm up, and find the number
        while timed.repeat() < TURN {
            timed.repeats *= 2;
        }
        timed
    }

    pub fn turn(&mut self) {
        let time = self.repeat();
        self.seconds.push(time.as_secs_f64() / f64::from(self.repeats));
    }

    /// Of at least one turn.
    pub fn median(&self) -> f64 {
        let mut seconds = self.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    }

    fn repeat(&mut self) -> Duration {
        let start = cpu_time();
        for _ in 0..self.repeats {
            (self.run)();
        }
        cpu_time() - start
    }
}

fn cpu_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("a time that is not negative")
}

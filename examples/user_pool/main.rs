//! A user pool to test clients against: it speaks the service's protocol on a loopback address, keeps everything in memory,
//! and verifies user passwords and device secrets with this crate's own verifier side.
//!
//! A TEST DOUBLE, and no service: it answers whoever can reach it, checks no signature of administrative calls, and forgets
//! all when it ends. `service/mod.rs` says what it does and what it does not.
//!
//! ```sh
//! cargo run --release --example user_pool -- --listen 127.0.0.1:0
//! ```
//!
//! It is ready when it prints `listening on 127.0.0.1:PORT`; port 0 takes a free one. Each request that it refuses is one
//! line on stderr, with the reason where the service's own words hide it.

mod service;

use lexopt::prelude::*;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

const HELP: &str = "A user pool to test clients against; a test double, in memory, on loopback only.

usage: user_pool [--listen ADDRESS] [--clock-offset SECONDS]

  --listen ADDRESS        loopback address and port, 0 for a free one (default 127.0.0.1:0)
  --clock-offset SECONDS  how far the pool's clock is ahead of this machine's (default 0; may be negative)";

type Failure = Box<dyn std::error::Error>;

fn run() -> Result<(), Failure> {
    let (mut address, mut clock_offset) = (SocketAddr::from(([127, 0, 0, 1], 0)), 0);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("listen") => address = arguments.value()?.parse()?,
            Long("clock-offset") => clock_offset = arguments.value()?.parse()?,
            Long("help") | Short('h') => {
                println!("{HELP}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let listener = service::bind(address)?;
    eprintln!("user_pool: a test double of Amazon Cognito user pools, for tests on this machine alone");
    println!("listening on {}", listener.local_addr()?);
    std::io::stdout().flush()?;
    Ok(service::serve(listener, clock_offset)?)
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("user_pool: {failure}");
            ExitCode::FAILURE
        }
    }
}

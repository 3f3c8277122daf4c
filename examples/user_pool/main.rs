//! A user pool to test clients against: it speaks the service's protocol on a loopback address, keeps everything in memory,
//! and verifies user passwords and device secrets with this crate's own verifier side.
//!
//! A TEST DOUBLE, not a service: it answers everybody who can reach it, does not check the signatures of administrative calls,
//! prints the codes that the service would send to users, and forgets everything when it ends. `service/mod.rs` lists what it does
//! and what it does not do. The API's own calls set up pools, app clients and users (`CreateUserPool` and so on).
//!
//! ```sh
//! cargo run --release --example user_pool -- --listen 127.0.0.1:0
//! ```
//!
//! It is ready when it prints `listening on 127.0.0.1:PORT`; port 0 takes a free one. On stderr it prints a line for each code
//! that a user would receive, and a line for each request that it rejects, with the reason if the service's message does not
//! tell it.

mod service;

use lexopt::prelude::*;
use service::Options;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::AtomicI64;

const HELP: &str = "A user pool to test clients against; a test double, in memory, on loopback only.

usage: user_pool [--listen ADDRESS] [--clock-offset SECONDS] [--allow-origin ORIGIN] [--device-session-optional]

  --listen ADDRESS           loopback address and port, 0 for a free one (default 127.0.0.1:0)
  --clock-offset SECONDS     how far the pool's clock is ahead of this machine's (default 0; may be negative)
  --allow-origin ORIGIN      let web pages of this origin call the pool; `*` for all (default: none)
  --device-session-optional  take device challenges answered without their Session, as the service has done";

type Failure = Box<dyn std::error::Error>;

fn run() -> Result<(), Failure> {
    let mut address = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut options = Options::default();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("listen") => address = arguments.value()?.parse()?,
            Long("clock-offset") => options.clock_offset = AtomicI64::new(arguments.value()?.parse()?).into(),
            Long("allow-origin") => options.allow_origin = Some(arguments.value()?.parse()?),
            Long("device-session-optional") => options.device_session_optional = true,
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
    Ok(service::serve(listener, options)?)
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

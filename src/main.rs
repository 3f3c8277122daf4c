//! The command line: `cognito-device-srp --help` says what it does.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}

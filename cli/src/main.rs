//! The command line: `cognito-device-srp --help` says what it does.

fn main() -> std::process::ExitCode {
    cognito_device_srp_cli::main()
}

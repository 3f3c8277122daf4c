//! The command line's contract: what it prints where, its exit codes, and the secret's file.

use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{PipeReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const GROUP_KEY: &str = "-AbCdEfGh";
const DEVICE_KEY: &str = "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8";

fn command(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cognito-device-srp"));
    command.args(args).env_remove("COGNITO_ACCESS_TOKEN").stdin(Stdio::null());
    command
}

/// Runs a command and holds it to what goes for all of them: a failure is one line on stderr, a success none.
fn run(command: &mut Command) -> (i32, String, String) {
    finished(command.output().unwrap())
}

fn finished(output: Output) -> (i32, String, String) {
    let code = output.status.code().expect("an exit code, no signal");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
    let (lines, ends) = if code == 0 { (0, true) } else { (1, stderr.ends_with('\n')) };
    assert!(stderr.lines().count() == lines && ends, "{code}: {stderr:?}");
    (code, stdout, stderr)
}

/// Fails with this code, nothing on stdout, and one line on stderr, which is returned.
#[track_caller]
fn fails(command: &mut Command, wanted: i32) -> String {
    let (code, stdout, stderr) = run(command);
    assert_eq!((code, stdout.as_str()), (wanted, ""), "{stderr}");
    stderr
}

#[track_caller]
fn succeeds(command: &mut Command) -> String {
    let (code, stdout, stderr) = run(command);
    assert_eq!(code, 0, "{stderr}");
    stdout
}

fn derive(stdin: &[u8]) -> (i32, String, String) {
    let mut command = command(["derive"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    finished(child.wait_with_output().unwrap())
}

fn vectors(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors").join(name)
}

fn read_json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A directory for a registration.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    fn secret(&self) -> PathBuf {
        self.path("secret.json")
    }

    /// A registration that succeeds, and more arguments.
    fn register(&self, more: &[&str]) -> Command {
        let secret = self.secret();
        let mut command = command(["register", "--device-group-key", GROUP_KEY, "--device-key", DEVICE_KEY]);
        command.arg("--secret-file").arg(secret).args(more);
        command
    }

    /// A registration with exactly these arguments that is refused before anything is made.
    #[track_caller]
    fn refuses(&self, args: &[&str]) -> String {
        let error = fails(command(["register"]).args(args).current_dir(self.0.path()), 2);
        assert!(!self.secret().exists());
        error
    }
}

mod any_command {
    use super::*;

    #[test]
    fn help_is_printed_for_every_command() {
        let whole = succeeds(&mut command(["--help"]));
        assert_eq!(whole, succeeds(&mut command(["-h"])));
        for name in [
            "register",
            "provision",
            "derive",
            "srp-a",
            "answer",
            "secret-hash",
            "check",
            "backends",
            "bench",
            "completions",
            "man",
        ] {
            assert!(whole.contains(&format!("\n  {name} ")), "{name}");
            let help = succeeds(&mut command([name, "--help"]));
            assert!(help.contains(&format!("Usage: cognito-device-srp {name}")), "{help}");
            assert_eq!(help, succeeds(&mut command([name, "-h"])));
        }
        let register = succeeds(&mut command(["register", "--device-key", "k", "--help"]));
        for option in
            ["--device-group-key", "--device-key", "--device-name", "--access-token-file", "--secret-file"]
        {
            assert!(register.contains(option));
        }
        assert!(register.contains("COGNITO_ACCESS_TOKEN"));
    }

    #[test]
    fn the_version_is_that_of_the_crate() {
        let version = concat!("cognito-device-srp ", env!("CARGO_PKG_VERSION"), "\n");
        assert_eq!(succeeds(&mut command(["--version"])), version);
        assert_eq!(succeeds(&mut command(["-V"])), version);
    }

    #[test]
    fn backends_are_listed_default_first() {
        let listed = succeeds(&mut command(["backends"]));
        let names: Vec<_> = listed.lines().collect();
        assert_eq!(names, cognito_device_srp::__internals::backends());
        assert!(listed.ends_with('\n') && names.contains(&"limb32") && names.contains(&"limb64"));
    }

    #[test]
    fn bad_usage_is_reported_in_one_line() {
        for args in [
            &[][..],
            &[""],
            &["sign"],
            &["--unknown"],
            &["-x"],
            &["two\nlines"],
            &["--two\nlines"],
            &["backends", "more"],
            &["backends", "--more"],
            &["backends", "--help-me"],
            &["derive", "FILE"],
            &["derive", "--salt"],
            &["check"],
            &["check", "--quick"],
            &["check", "--quick", "FILE"],
            &["register"],
        ] {
            fails(&mut command(args), 2);
        }
    }

    #[test]
    fn a_misspelt_name_gets_a_suggestion() {
        for (args, meant) in [
            (&["regster"][..], "register"),
            (&["provison", "--input", "-"], "provision"),
            (&["srpa"], "srp-a"),
            (&["--verson"], "--version"),
            (&["--hepl"], "--help"),
            (&["register", "--devicekey", "k"], "--device-key"),
            (&["register", "--devicekey=k"], "--device-key"),
            (&["provision", "--resum"], "--resume"),
            (&["bench", "--second=3"], "--seconds"),
        ] {
            let error = fails(&mut command(args), 2);
            assert!(error.ends_with(&format!("; did you mean {meant}?\n")), "{error}");
        }
        for args in
            [&["sign"][..], &["x"], &[""], &["register", "--x"], &["check", "-x"], &["derive", "--salt"]]
        {
            let error = fails(&mut command(args), 2);
            assert!(!error.contains("meant"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn arguments_need_not_be_utf_8() {
        use std::os::unix::ffi::OsStrExt as _;
        let raw = OsStr::from_bytes(b"\xff\xfe");
        fails(command([raw]).arg(raw), 2);
        fails(command(["check"]).arg(raw), 2);
        fails(command(["derive"]).arg(raw), 2);
        fails(command([OsStr::from_bytes(b"--\xff=\xff")]).arg(raw), 2);
        let place = Place::new();
        for name in ["--device-group-key", "--device-key", "--device-name", "--access-token-file"] {
            let mut command = command(["register"]);
            for (option, value) in [("--device-group-key", GROUP_KEY), ("--device-key", DEVICE_KEY)] {
                if option != name {
                    command.args([option, value]);
                }
            }
            fails(command.arg(name).arg(raw).arg("--secret-file").arg(place.secret()), 2);
            assert!(!place.secret().exists());
        }
        fails(place.register(&[]).env("COGNITO_ACCESS_TOKEN", raw), 2);
        // a path may be anything
        let path = place.0.path().join(raw);
        let mut register = command(["register", "--device-group-key", GROUP_KEY, "--device-key", DEVICE_KEY]);
        succeeds(register.arg("--secret-file").arg(&path));
        assert!(path.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_result_that_cannot_be_printed_is_a_failure() {
        let file = vectors("device_verifier.json");
        for args in [
            &["backends"][..],
            &["--help"],
            &["check", "--help"],
            &["--version"],
            &["check", file.to_str().unwrap()],
        ] {
            fails(command(args).stdout(File::create("/dev/full").unwrap()), 1);
            fails(command(args).stdout(broken_pipe()), 1);
            fails(&mut with_closed_stdout(&command(args)), 1);
        }
    }
}

/// The writing end of a stream that nobody reads. Shut down and not merely closed, since a child that another test is about
/// to start may still have a copy of what was closed here.
#[cfg(unix)]
fn broken_pipe() -> Stdio {
    let (writer, _) = std::os::unix::net::UnixStream::pair().unwrap();
    writer.shutdown(std::net::Shutdown::Write).unwrap();
    std::os::fd::OwnedFd::from(writer).into()
}

/// The same command, begun without a stdout.
#[cfg(unix)]
fn with_closed_stdout(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$@\" >&-", "sh"]).arg(command.get_program()).args(command.get_args());
    shell.env_remove("COGNITO_ACCESS_TOKEN");
    shell
}

mod register {
    use super::*;

    #[test]
    fn the_secret_is_stored_and_the_request_is_printed() {
        let place = Place::new();
        let printed = succeeds(&mut place.register(&[]));
        let kept = fs::read_to_string(place.secret()).unwrap();
        for text in [&printed, &kept] {
            assert!(text.ends_with("}\n") && text.lines().count() == 1);
        }

        let kept: Value = serde_json::from_str(&kept).unwrap();
        let secret = kept["DeviceSecret"].as_str().unwrap();
        assert_eq!(
            kept,
            json!({"DeviceKey": DEVICE_KEY, "DeviceGroupKey": GROUP_KEY, "DeviceSecret": secret})
        );
        assert_eq!(secret.len(), 56);
        assert!(!printed.contains(secret));

        let request: Value = serde_json::from_str(&printed).unwrap();
        let config = &request["DeviceSecretVerifierConfig"];
        assert_eq!(request, json!({"DeviceKey": DEVICE_KEY, "DeviceSecretVerifierConfig": config}));

        // the verifier is that of the secret, and the salt is one that every client pads alike
        let mut again = kept.clone();
        again["Salt"] = config["Salt"].clone();
        let (code, derived, _) = derive(again.to_string().as_bytes());
        assert_eq!(code, 0);
        assert_eq!(&serde_json::from_str::<Value>(&derived).unwrap(), config);
        assert_eq!(config.as_object().unwrap().len(), 2);
        assert_eq!(config["Salt"].as_str().unwrap().len(), 24);
    }

    #[test]
    fn two_secrets_are_different() {
        let secret = || {
            let place = Place::new();
            succeeds(&mut place.register(&[]));
            read_json(place.secret())["DeviceSecret"].clone()
        };
        assert_ne!(secret(), secret());
    }

    #[test]
    fn options_come_in_any_order_and_either_form() {
        let place = Place::new();
        let token = place.write("token", "t");
        let request = succeeds(
            command([
                "register",
                "--secret-file=secret.json",
                "--device-name=-n=1",
                "--device-key",
                DEVICE_KEY,
                "--access-token-file",
                token.to_str().unwrap(),
                "--device-group-key=-A=b",
            ])
            .current_dir(place.0.path()),
        );
        let request: Value = serde_json::from_str(&request).unwrap();
        assert_eq!(request["DeviceName"], "-n=1");
        assert_eq!(request["AccessToken"], "t");
        assert_eq!(read_json(place.secret())["DeviceGroupKey"], "-A=b");
    }

    #[test]
    fn a_value_can_begin_with_a_hyphen() {
        for group_key in [GROUP_KEY, "--device-key", "--", "-", "-h", "--help", "-\u{e9}\"\n"] {
            let place = Place::new();
            let mut command =
                command(["register", "--device-group-key", group_key, "--device-key", DEVICE_KEY]);
            succeeds(
                command.arg("--secret-file").arg(place.secret()).args(["--device-name", "--secret-file"]),
            );
            assert_eq!(read_json(place.secret())["DeviceGroupKey"], group_key);
        }
    }

    #[test]
    fn bad_usage_makes_no_file() {
        let place = Place::new();
        let [group, key, file] = [
            ["--device-group-key", GROUP_KEY],
            ["--device-key", DEVICE_KEY],
            ["--secret-file", "secret.json"],
        ];
        place.refuses(&[]);
        place.refuses(&[group, key].concat());
        place.refuses(&[group, file].concat());
        place.refuses(&[key, file].concat());
        // each option twice, even with the same value
        let name = ["--device-name", "n"];
        let token = ["--access-token-file", "token"];
        place.write("token", "t");
        for twice in [group, key, file, name, token] {
            let error = place.refuses(&[group, key, file, name, token, twice].concat());
            assert!(error.contains(twice[0]) && error.contains("twice"), "{error}");
        }
        // no value
        for option in ["--device-group-key", "--device-key", "--device-name", "--access-token-file"] {
            let error = place.refuses(&[&["--secret-file", "secret.json"], &[option][..]].concat());
            assert!(error.contains(option), "{error}");
        }
        place.refuses(&[&[group, key].concat()[..], &["--secret-file"]].concat());
        // what is not known, and what has no option, which is not repeated
        for junk in [
            &["--device"][..],
            &["--device-secret", "s3cret"],
            &["s3cret"],
            &["-x"],
            &["--", "s3cret"],
            &[""],
        ] {
            let error = place.refuses(&[&[group, key, file].concat()[..], junk].concat());
            assert!(!error.contains("s3cret"), "{error}");
        }
        // the first value of a group key that is left out is the next option
        place.refuses(&["--device-group-key", "--device-key", DEVICE_KEY, "--secret-file", "secret.json"]);
    }

    #[test]
    fn constraints_are_checked_first() {
        let place = Place::new();
        let with = |group_key: &str, device_key: &str, more: &[&str]| {
            let args =
                ["--device-group-key", group_key, "--device-key", device_key, "--secret-file", "secret.json"];
            place.refuses(&[&args, more].concat())
        };
        with("", DEVICE_KEY, &[]);
        for device_key in
            ["", "_", "_0", "a_", "alice", "a_G", "a_0 ", "r\u{e9}gion_0", GROUP_KEY, &"a_0".repeat(19)]
        {
            with(GROUP_KEY, device_key, &[]);
        }
        with(DEVICE_KEY, GROUP_KEY, &[]);
        with(GROUP_KEY, DEVICE_KEY, &["--device-name", ""]);
        with(GROUP_KEY, DEVICE_KEY, &["--device-name", &"n".repeat(1025)]);
        with(GROUP_KEY, DEVICE_KEY, &["--device-name", &"\u{1f511}".repeat(1025)]);
        let bad =
            ["", "\n", "a b", "a\n\n", "a\r", "a\r\n\n", "\na", "a+b", "a/b", "t\u{e9}", "a\0", "Bearer a"];
        for token in bad {
            place.write("token", token);
            let error = with(GROUP_KEY, DEVICE_KEY, &["--access-token-file", "token"]);
            assert!(token.len() < 3 || !error.contains(token), "{error}");
        }
        place.write("token", b"\xff");
        with(GROUP_KEY, DEVICE_KEY, &["--access-token-file", "token"]);
        with(GROUP_KEY, DEVICE_KEY, &["--access-token-file", "no-such-file"]);
        with(GROUP_KEY, DEVICE_KEY, &["--access-token-file", "."]);
        with(GROUP_KEY, DEVICE_KEY, &["--access-token-file", ""]);
        for token in ["", "a b", "a\n", "t\u{e9}"] {
            fails(place.register(&[]).env("COGNITO_ACCESS_TOKEN", token), 2);
            assert!(!place.secret().exists());
        }
        // bad input comes before a file that cannot be made
        fs::write(place.secret(), "mine").unwrap();
        fails(&mut place.register(&["--device-name", ""]), 2);
    }

    #[test]
    fn device_names_are_counted_in_characters() {
        for name in ["n", "\u{e9}", &"\u{1f511}".repeat(1024), "two\nlines", "\"\\"] {
            let request = succeeds(&mut Place::new().register(&["--device-name", name]));
            assert_eq!(serde_json::from_str::<Value>(&request).unwrap()["DeviceName"], name);
        }
    }

    #[test]
    fn the_token_is_read_from_the_file_or_else_from_the_environment() {
        let place = Place::new();
        for (content, token) in [
            ("eyJ.a-b_c=", "eyJ.a-b_c="),
            ("eyJ.a-b_c=\n", "eyJ.a-b_c="),
            ("eyJ.a-b_c=\r\n", "eyJ.a-b_c="),
            ("\u{feff}eyJ.a-b_c=\r\n", "eyJ.a-b_c="),
            (&"t".repeat(100_000), &"t".repeat(100_000)),
        ] {
            place.write("token", content);
            let file = place.path("token");
            for environment in ["from-environment", "not a token", ""] {
                let mut command = place.register(&["--access-token-file", file.to_str().unwrap()]);
                let request = succeeds(command.env("COGNITO_ACCESS_TOKEN", environment));
                assert_eq!(serde_json::from_str::<Value>(&request).unwrap()["AccessToken"], token);
                assert!(!fs::read_to_string(place.secret()).unwrap().contains(token));
                fs::remove_file(place.secret()).unwrap();
            }
        }
        let request = succeeds(place.register(&[]).env("COGNITO_ACCESS_TOKEN", "from-environment"));
        assert_eq!(serde_json::from_str::<Value>(&request).unwrap()["AccessToken"], "from-environment");
    }

    #[test]
    fn the_request_has_exactly_the_fields_of_the_service() {
        let place = Place::new();
        let token = place.write("token", "t\n");
        let request = succeeds(&mut place.register(&[
            "--device-name",
            "n",
            "--access-token-file",
            token.to_str().unwrap(),
        ]));
        let names = ["\"AccessToken\"", "\"DeviceKey\"", "\"DeviceName\"", "\"DeviceSecretVerifierConfig\""];
        let places: Vec<_> = names.iter().map(|name| request.find(name).unwrap()).collect();
        assert!(places.is_sorted());
        let request: Value = serde_json::from_str(&request).unwrap();
        assert_eq!(request.as_object().unwrap().len(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn the_file_has_mode_0600_under_any_umask() {
        use std::os::unix::fs::PermissionsExt as _;
        for umask in ["000", "022", "077", "777"] {
            let place = Place::new();
            let mut shell = Command::new("sh");
            shell.args(["-c", "umask $0; exec \"$@\"", umask]);
            let register = place.register(&[]);
            succeeds(
                shell
                    .arg(register.get_program())
                    .args(register.get_args())
                    .env_remove("COGNITO_ACCESS_TOKEN"),
            );
            let mode = fs::metadata(place.secret()).unwrap().permissions().mode();
            assert_eq!(mode & 0o7777, 0o600, "{umask}");
        }
    }

    #[test]
    fn an_existing_file_is_not_changed() {
        let place = Place::new();
        fs::write(place.secret(), "mine").unwrap();
        fails(&mut place.register(&[]), 1);
        assert_eq!(fs::read_to_string(place.secret()).unwrap(), "mine");
        // a registration is not repeated by accident either
        fs::remove_file(place.secret()).unwrap();
        succeeds(&mut place.register(&[]));
        let kept = fs::read(place.secret()).unwrap();
        fails(&mut place.register(&[]), 1);
        assert_eq!(fs::read(place.secret()).unwrap(), kept);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let place = Place::new();
        std::os::unix::fs::symlink(place.path("target"), place.secret()).unwrap();
        fails(&mut place.register(&[]), 1);
        assert!(!place.path("target").exists());
        assert!(fs::symlink_metadata(place.secret()).unwrap().is_symlink());
    }

    #[test]
    fn a_file_that_cannot_be_made_is_a_failure() {
        let place = Place::new();
        place.write("file", "");
        for path in ["no-such-directory/secret.json", "file/secret.json", ".", "", "new/", &"n".repeat(300)] {
            let args = [
                "register",
                "--device-group-key",
                GROUP_KEY,
                "--device-key",
                DEVICE_KEY,
                "--secret-file",
                path,
            ];
            fails(command(args).current_dir(place.0.path()), 1);
        }
        assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_is_removed_if_the_request_cannot_be_printed() {
        let place = Place::new();
        fails(place.register(&[]).stdout(File::create("/dev/full").unwrap()), 1);
        assert!(!place.secret().exists());
        fails(place.register(&[]).stdout(broken_pipe()), 1);
        assert!(!place.secret().exists());
        fails(&mut with_closed_stdout(&place.register(&[])), 1);
        assert!(!place.secret().exists());
        // a stdout that was never meant to be read is no failure
        succeeds(place.register(&[]).stdout(Stdio::null()));
        assert!(place.secret().exists());
    }

    /// A program whose stdout takes nothing more, once it has made a file and waits.
    #[cfg(target_os = "linux")]
    fn waiting(mut command: Command, made: &Path) -> (Child, PipeReader) {
        let (reader, mut writer) = std::io::pipe().unwrap();
        // as much as a pipe takes
        writer.write_all(&[0; 65_536]).unwrap();
        let child = command.stdout(writer).stderr(Stdio::null()).spawn().unwrap();
        let is_waiting = || {
            let calls = fs::read_to_string(format!("/proc/{}/syscall", child.id())).unwrap();
            // write, to 1
            calls.starts_with(if cfg!(target_arch = "x86_64") { "1 0x1 " } else { "64 0x1 " })
        };
        let begun = Instant::now();
        while !is_waiting() || fs::read(made).is_ok_and(|content| content.is_empty()) {
            assert!(begun.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(5));
        }
        (child, reader)
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_is_removed_if_a_signal_comes_before_the_request_is_printed() {
        use std::os::unix::process::ExitStatusExt as _;
        let place = Place::new();
        for (name, number) in [("INT", 2), ("TERM", 15)] {
            let mut srp_a = command(["srp-a", "--state-file"]);
            srp_a.arg(place.secret());
            for begun in [place.register(&[]), srp_a] {
                let (mut child, _reader) = waiting(begun, &place.secret());
                let id = child.id().to_string();
                assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
                assert_eq!(child.wait().unwrap().signal(), Some(number));
                assert!(!place.secret().exists());
            }
        }
    }

    /// What a process has written in its memory.
    #[cfg(all(target_os = "linux", not(debug_assertions)))]
    fn memory(child: &Child) -> Vec<u8> {
        use std::os::unix::fs::FileExt as _;
        let maps = fs::read_to_string(format!("/proc/{}/maps", child.id())).unwrap();
        let memory = File::open(format!("/proc/{}/mem", child.id())).unwrap();
        let mut all = Vec::new();
        for map in maps.lines().filter(|map| map.contains(" rw")) {
            let (start, end) = map.split_once(' ').unwrap().0.split_once('-').unwrap();
            let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).unwrap());
            let mut content = vec![0; (end - start) as usize];
            // some maps cannot be read
            if memory.read_exact_at(&mut content, start).is_ok() {
                all.extend_from_slice(&content);
            }
        }
        all
    }

    /// When the request is about to be printed, the secret is in its file and nowhere else.
    #[cfg(all(target_os = "linux", not(debug_assertions)))]
    #[test]
    fn the_secret_is_not_left_in_memory() {
        let place = Place::new();
        let (mut child, _reader) = waiting(place.register(&[]), &place.secret());
        let memory = memory(&child);
        child.kill().unwrap();
        child.wait().unwrap();
        let kept = read_json(place.secret());
        let parts = |text: &Value| {
            text.as_str().unwrap().as_bytes().windows(8).map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        let found = |parts: Vec<Vec<u8>>| {
            let windows: std::collections::HashSet<&[u8]> = memory.windows(8).collect();
            parts.iter().filter(|part| windows.contains(part.as_slice())).count()
        };
        assert!(found(parts(&kept["DeviceKey"])) > 0);
        assert_eq!(found(parts(&kept["DeviceSecret"])), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_is_removed_if_it_cannot_be_written() {
        let place = Place::new();
        let register = place.register(&[]);
        let mut shell = Command::new("sh");
        // files of no block: creating succeeds, writing fails (and the signal for it is ignored)
        shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]);
        fails(
            shell.arg(register.get_program()).args(register.get_args()).env_remove("COGNITO_ACCESS_TOKEN"),
            1,
        );
        assert!(!place.secret().exists());
    }

    /// Every write and sync of the secret's file, and the directory's, comes before the first byte on stdout.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_is_on_disk_before_anything_is_printed() {
        let place = Place::new();
        let register = place.register(&[]);
        let trace = place.path("trace");
        let mut strace = Command::new("strace");
        strace.args(["-y", "-e", "trace=write,fsync,fdatasync", "-o"]).arg(&trace);
        strace.arg(register.get_program()).args(register.get_args()).env_remove("COGNITO_ACCESS_TOKEN");
        match strace.output() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // said aloud: this one needs a tool that not every machine has
                eprintln!("no strace here: the order of sync and print was not seen");
                return;
            }
            output => assert!(output.unwrap().status.success()),
        }
        let trace = fs::read_to_string(trace).unwrap();
        let file = format!("<{}>", place.secret().display());
        let directory = format!("<{}>", place.0.path().display());
        let calls: Vec<_> = trace
            .lines()
            .filter_map(|call| match call.split_once('(')? {
                ("write", rest) if rest.contains(&file) => Some("write"),
                ("write", rest) if rest.starts_with("1<") => Some("print"),
                ("fsync" | "fdatasync", rest) if rest.contains(&file) => Some("sync"),
                ("fsync" | "fdatasync", rest) if rest.contains(&directory) => Some("sync directory"),
                _ => None,
            })
            .collect();
        assert_eq!(calls, ["write", "sync", "sync directory", "print"], "{trace}");
    }
}

mod derive_command {
    use super::*;

    fn input() -> Value {
        json!({"DeviceGroupKey": GROUP_KEY, "DeviceKey": DEVICE_KEY, "DeviceSecret": "s3cret", "Salt": "AQ=="})
    }

    #[track_caller]
    fn refuses(stdin: impl AsRef<[u8]>) {
        let (code, stdout, stderr) = derive(stdin.as_ref());
        assert_eq!((code, stdout.as_str()), (2, ""));
        assert!(!stderr.contains("s3cret"), "{stderr}");
    }

    #[test]
    fn published_configs_are_derived() {
        let file = read_json(vectors("device_verifier.json"));
        for case in file["cases"].as_array().unwrap() {
            let input = json!({
                "DeviceGroupKey": case["device_group_key"],
                "DeviceKey": case["device_key"],
                "DeviceSecret": case["password"],
                "Salt": case["salt_b64"],
            });
            let input = input.to_string();
            if case.get("refused").is_some() {
                refuses(input);
                continue;
            }
            let (code, stdout, _) = derive(input.as_bytes());
            assert_eq!(code, 0);
            let [verifier, salt] =
                ["PasswordVerifier", "Salt"].map(|name| case["config"][name].as_str().unwrap());
            assert_eq!(stdout, format!("{{\"PasswordVerifier\":\"{verifier}\",\"Salt\":\"{salt}\"}}\n"));
        }
    }

    #[test]
    fn the_object_can_be_formatted_and_escaped_in_any_way() {
        let (_, plain, _) = derive(input().to_string().as_bytes());
        let (_, pretty, _) = derive(format!("\n{:#}\n\n", input()).as_bytes());
        let escaped =
            input().to_string().replace("s3cret", "\\u00733cret").replace("\"Salt\"", "\"S\\u0061lt\"");
        let (_, escaped, _) = derive(escaped.as_bytes());
        let (_, marked, _) = derive(format!("\u{feff}{}", input()).as_bytes());
        assert!(!plain.is_empty() && [pretty, escaped, marked].iter().all(|other| *other == plain));
    }

    #[test]
    fn secrets_may_be_long() {
        let mut long = input();
        for length in [4096, 1 << 20] {
            long["DeviceSecret"] = "s".repeat(length).into();
            assert_eq!(derive(long.to_string().as_bytes()).0, 0);
        }
    }

    #[test]
    fn input_that_is_not_the_object_is_rejected() {
        let whole = input().to_string();
        for bad in ["", " ", "{", "{}", "[]", "null", "\"s3cret\"", "s3cret", &whole[..whole.len() - 1]] {
            refuses(bad);
        }
        refuses(json!([GROUP_KEY, DEVICE_KEY, "s3cret", "AQ=="]).to_string());
        refuses(format!("{whole}{whole}"));
        refuses(format!("{whole}s3cret"));
        refuses(format!("\u{feff}\u{feff}{whole}"));
        refuses(format!(" \u{feff}{whole}"));
        refuses(whole.replace('{', "{\"s3cret\":1,"));
        refuses(whole.replace('}', ",}"));
        refuses([whole.as_bytes(), b"\xff"].concat());
        refuses(whole.replace("s3cret", "s3cret\\ud800"));
        refuses(whole.replace("s3cret", "s3cret\n"));
        refuses("[".repeat(100_000));
    }

    #[test]
    fn every_field_must_occur_once_and_be_a_text() {
        for name in ["DeviceGroupKey", "DeviceKey", "DeviceSecret", "Salt"] {
            let mut missing = input();
            let value = missing.as_object_mut().unwrap().remove(name).unwrap();
            refuses(missing.to_string());
            refuses(input().to_string().replacen('{', &format!("{{\"{name}\":{value},"), 1));
            for bad in [
                json!(null),
                json!(1),
                json!(true),
                json!(["s3cret"]),
                json!({"s3cret": "s3cret"}),
                json!(""),
            ] {
                let mut mistyped = input();
                mistyped[name] = bad;
                refuses(mistyped.to_string());
            }
            refuses(input().to_string().replace(name, &name.to_lowercase()));
        }
    }

    #[test]
    fn values_are_checked() {
        for (name, bad) in [
            ("DeviceKey", GROUP_KEY),
            ("DeviceKey", "s3cret"),
            ("Salt", "AQ"),
            ("Salt", "AQ==\n"),
            ("Salt", "gA=="),
            ("Salt", "AAE="),
            ("Salt", &"A".repeat(92)),
        ] {
            let mut input = input();
            input[name] = bad.into();
            refuses(input.to_string());
        }
        let mut input = input();
        input["DeviceGroupKey"] = "g".repeat(131_073).into();
        refuses(input.to_string());
    }

    #[test]
    fn stdin_that_cannot_be_read_is_bad_input() {
        fails(command(["derive"]).stdin(File::open(env!("CARGO_MANIFEST_DIR")).unwrap()), 2);
    }
}

mod check {
    use super::*;

    /// Each file with its cases and hostile values.
    const FILES: [(&str, usize); 3] =
        [("device_verifier.json", 83), ("device_auth.json", 40 + 10), ("user_auth.json", 37 + 10)];

    /// A file of the first two cases and no hostile values, so that many copies of it can be run. The first of the
    /// sign-ins is of a client with a secret.
    fn short(file: &str) -> Value {
        let mut whole = read_json(vectors(file));
        let cases = whole["cases"].as_array_mut().unwrap();
        if let Some(with_secret) = cases.iter().position(|case| case["client_secret"].is_string()) {
            cases.swap(0, with_secret);
        }
        cases.truncate(2);
        whole.as_object_mut().unwrap().remove("invalid_server_values");
        whole
    }

    /// Exit code and report of a file with this content.
    fn run_on(content: impl AsRef<[u8]>) -> (i32, Vec<String>) {
        let place = Place::new();
        place.write("file", content);
        let (code, stdout, _) = run(command(["check", "file"]).current_dir(place.0.path()));
        assert!(stdout.is_empty() || stdout.ends_with('\n'));
        (code, stdout.lines().map(str::to_owned).collect())
    }

    #[track_caller]
    fn refuses(content: impl AsRef<[u8]>) {
        let (code, report) = run_on(content);
        assert_eq!((code, report.len()), (2, 0), "{report:?}");
    }

    /// Paths of all values in a case that are neither objects nor arrays, as JSON pointers.
    fn leaves(value: &Value, at: &str) -> Vec<String> {
        match value {
            Value::Object(map) => {
                map.iter().flat_map(|(key, value)| leaves(value, &format!("{at}/{key}"))).collect()
            }
            Value::Array(list) => {
                list.iter().zip(0..).flat_map(|(value, i)| leaves(value, &format!("{at}/{i}"))).collect()
            }
            _ => vec![at.to_owned()],
        }
    }

    /// Fields that no result depends on.
    fn is_remark(leaf: &str) -> bool {
        ["/name", "/tag", "/session", "/source/"].iter().any(|remark| leaf.starts_with(remark))
    }

    fn alter(value: &mut Value) {
        *value = match value {
            Value::Bool(fact) => json!(!*fact),
            Value::Number(number) => json!(number.as_u64().unwrap() + 1),
            Value::String(text) => {
                let (last, digit) = text.char_indices().next_back().unwrap();
                json!(format!("{}{}", &text[..last], if digit == '0' { '1' } else { '0' }))
            }
            other => panic!("{other} is no leaf"),
        };
    }

    #[test]
    fn all_published_cases_pass() {
        let place = Place::new();
        // what a file is called does not matter
        let names = ["one", "two", "-three"];
        let mut wanted = String::new();
        for ((file, cases), name) in FILES.into_iter().zip(names) {
            fs::copy(vectors(file), place.path(name)).unwrap();
            wanted += &format!("{name}: {cases} passed, 0 failed\n");
        }
        assert_eq!(succeeds(command(["check", "--"]).args(names).current_dir(place.0.path())), wanted);
    }

    #[test]
    fn each_published_value_is_compared() {
        for (file, _) in FILES {
            let good = short(file);
            assert_eq!(run_on(good.to_string()), (0, vec!["file: 2 passed, 0 failed".into()]));
            let name = good["cases"][0]["name"].as_str().unwrap();
            for leaf in leaves(&good["cases"][0], "") {
                let mut altered = good.clone();
                altered["cases"].as_array_mut().unwrap().truncate(1);
                alter(altered["cases"][0].pointer_mut(&leaf).unwrap());
                if is_remark(&leaf) {
                    assert_eq!(run_on(altered.to_string()).0, 0, "{leaf}");
                    continue;
                }
                let (code, report) = run_on(altered.to_string());
                assert_eq!((code, report.len()), (1, 2), "{leaf} {report:?}");
                assert_eq!(report[0], "file: 0 passed, 1 failed");
                assert!(report[1].starts_with(&format!("{name}: ")), "{leaf} {report:?}");
                // what nothing else is computed from is named
                let field = leaf[1..].replace('/', ".");
                let output = [
                    "config.",
                    "flags.",
                    "challenge_parameters.",
                    "_responses.",
                    "initiate_auth_parameters.",
                ]
                .iter()
                .any(|part| field.contains(part));
                if output
                    || (field.ends_with("_hex")
                        && !["salt_hex", "salt_raw_hex", "a_hex", "b_hex"].contains(&&*field))
                {
                    assert!(report[1].contains(&field), "{leaf} {report:?}");
                }
            }
        }
    }

    #[test]
    fn a_wrong_group_fails_every_case() {
        for (file, _) in FILES {
            let good = short(file);
            for (fact, value) in good["group"].as_object().unwrap() {
                let mut altered = good.clone();
                alter(&mut altered["group"][fact]);
                let (code, report) = run_on(altered.to_string());
                assert_eq!((code, report.len()), (1, 3), "{fact} {value}");
                assert_eq!(report[0], "file: 0 passed, 2 failed");
                assert!(
                    report[1..].iter().all(|line| line.ends_with(&format!(": group.{fact}"))),
                    "{report:?}"
                );
                altered["group"][fact] = json!([]);
                refuses(altered.to_string());
            }
        }
    }

    #[test]
    fn facts_besides_the_cases_are_optional() {
        for (file, _) in FILES {
            let mut bare = short(file);
            for key in ["origin", "fields", "disagreements", "group"] {
                bare.as_object_mut().unwrap().remove(key).unwrap();
            }
            for case in bare["cases"].as_array_mut().unwrap() {
                for key in ["tag", "source", "flags", "session"] {
                    case.as_object_mut().unwrap().remove(key);
                }
            }
            assert_eq!(run_on(bare.to_string()).0, 0);
        }
    }

    #[test]
    fn every_other_field_is_required_with_its_type() {
        for (file, _) in FILES {
            let good = short(file);
            for (field, value) in good["cases"][0].as_object().unwrap() {
                if ["tag", "source", "session", "flags"].contains(&field.as_str()) {
                    continue;
                }
                // in the second case, so that the first one's result must not be printed
                let mut missing = good.clone();
                let first = missing["cases"][0].clone();
                missing["cases"][1] = first;
                missing["cases"][1].as_object_mut().unwrap().remove(field).unwrap();
                refuses(missing.to_string());
                for wrong in [json!(null), json!(-1), json!([]), json!([1]), json!({"Salt": 1}), json!(true)]
                {
                    if wrong.is_null() && ["client_secret", "secret_hash"].contains(&field.as_str()) {
                        continue;
                    }
                    missing["cases"][1][field] = wrong;
                    refuses(missing.to_string());
                }
                let first = good["cases"][0].to_string();
                let twice = first.replacen('{', &format!("{{\"{field}\":{value},"), 1);
                let cases = format!("[{first},{twice}]");
                refuses(format!("{{\"cases\":{cases}}}"));
            }
            for leaf in leaves(&good["cases"][0], "").into_iter().filter(|leaf| leaf[1..].contains('/')) {
                if is_remark(&leaf) {
                    continue;
                }
                for wrong in [json!(null), json!([]), json!({})] {
                    let mut mistyped = good.clone();
                    *mistyped["cases"][0].pointer_mut(&leaf).unwrap() = wrong;
                    refuses(mistyped.to_string());
                }
            }
        }
        for field in ["config/PasswordVerifier", "config/Salt"] {
            let mut missing = short("device_verifier.json");
            let (map, key) = field.split_once('/').unwrap();
            missing["cases"][0][map].as_object_mut().unwrap().remove(key).unwrap();
            refuses(missing.to_string());
        }
    }

    #[test]
    fn inputs_that_are_not_hex_are_rejected() {
        for (file, field) in [
            ("device_verifier.json", "salt_hex"),
            ("device_auth.json", "salt_raw_hex"),
            ("user_auth.json", "a_hex"),
            ("user_auth.json", "b_hex"),
        ] {
            for bad in ["xy", "0x12", "-1", " 1", "\u{e9}"] {
                let mut file = short(file);
                file["cases"][0][field] = bad.into();
                refuses(file.to_string());
            }
        }
    }

    #[test]
    fn inputs_that_the_crate_rejects_fail_their_case() {
        for (file, field, bad) in [
            ("device_verifier.json", "salt_hex", ""),
            ("device_verifier.json", "device_group_key", ""),
            ("device_auth.json", "salt_raw_hex", ""),
            ("device_auth.json", "a_hex", "0"),
            ("device_auth.json", "b_hex", ""),
            ("device_auth.json", "A_hex", "0"),
            ("device_auth.json", "B_hex", ""),
            ("device_auth.json", "secret_block", "!"),
            ("user_auth.json", "pool_id", "pool"),
            ("user_auth.json", "B_hex", "fx"),
        ] {
            let mut file = short(file);
            file["cases"][0][field] = bad.into();
            let (code, report) = run_on(file.to_string());
            assert_eq!((code, report[0].as_str()), (1, "file: 1 passed, 1 failed"), "{field}");
        }
        let mut file = short("user_auth.json");
        file["cases"][0]["epoch"] = u64::MAX.into();
        assert_eq!(run_on(file.to_string()).0, 1);
    }

    #[test]
    fn a_case_is_marked_refused_if_and_only_if_it_is_rejected() {
        let mut file = read_json(vectors("device_verifier.json"));
        let cases = file["cases"].as_array_mut().unwrap();
        cases.retain(|case| case.get("refused").is_some());
        assert_eq!(cases.len(), 4);
        let refused = file.clone();
        assert_eq!(run_on(refused.to_string()), (0, vec!["file: 4 passed, 0 failed".into()]));

        // not marked
        for case in file["cases"].as_array_mut().unwrap() {
            case.as_object_mut().unwrap().remove("refused");
        }
        let (code, report) = run_on(file.to_string());
        assert_eq!((code, report.len(), report[0].as_str()), (1, 5, "file: 0 passed, 4 failed"));

        // marked, but the arithmetic is wrong
        for leaf in
            ["/identity_hash_hex", "/x_hex", "/verifier_hex", "/verifier_b64", "/config/Salt", "/salt_b64"]
        {
            let mut file = refused.clone();
            for case in file["cases"].as_array_mut().unwrap() {
                alter(case.pointer_mut(leaf).unwrap());
            }
            assert_eq!(run_on(file.to_string()).1[0], "file: 0 passed, 4 failed", "{leaf}");
        }

        // marked, but taken
        for (file, _) in FILES {
            let mut file = short(file);
            file["cases"][0]["refused"] = "for no reason".into();
            let (code, report) = run_on(file.to_string());
            assert_eq!((code, report.len()), (1, 2));
            assert!(report[1].contains("refused") && report[1].contains("for no reason"), "{report:?}");
            for mistyped in [json!(null), json!(true), json!([])] {
                file["cases"][0]["refused"] = mistyped;
                refuses(file.to_string());
            }
        }
    }

    #[test]
    fn each_invalid_server_value_is_a_case() {
        for file in ["device_auth.json", "user_auth.json"] {
            let rows = read_json(vectors(file))["invalid_server_values"].clone();
            let mut file = short(file);
            file["invalid_server_values"] = rows;
            for row in 0..10 {
                let mut file = file.clone();
                file["cases"].as_array_mut().unwrap().truncate(1);
                file["invalid_server_values"][row]["B_hex"] = "2".into();
                let (code, report) = run_on(file.to_string());
                assert_eq!((code, report[0].as_str()), (1, "file: 10 passed, 1 failed"));
                let why = file["invalid_server_values"][row]["why"].as_str().unwrap();
                assert!(report[1].starts_with(&format!("{why}: B_hex")), "{report:?}");
            }
            for field in ["B_hex", "why"] {
                let mut file = file.clone();
                file["invalid_server_values"][3][field] = json!(1);
                refuses(file.to_string());
                file["invalid_server_values"][3].as_object_mut().unwrap().remove(field);
                refuses(file.to_string());
            }
            file["invalid_server_values"] = json!({});
            refuses(file.to_string());
        }
    }

    #[test]
    fn a_file_that_is_not_one_of_cases_is_rejected() {
        let good = short("device_verifier.json").to_string();
        for bad in [
            "",
            "{",
            "[]",
            "null",
            "1",
            "{}",
            &good[..good.len() - 1],
            &format!("{good}{good}"),
            &format!("[{good}]"),
        ] {
            refuses(bad);
        }
        refuses([good.as_bytes(), b"\xff"].concat());
        assert_eq!(run_on(format!("\u{feff}{good}")).0, 0);
        for cases in
            [json!(null), json!([]), json!({}), json!(83), json!("83"), json!([1]), json!([[]]), json!([{}])]
        {
            let mut file = short("device_verifier.json");
            file["cases"] = cases;
            refuses(file.to_string());
        }
        refuses(json!({"cases": [{"name": "unknown", "kind": "device_verifier"}]}).to_string());
        refuses(json!({"cases": [["x", "-A", "a_0"]]}).to_string());
        refuses("[".repeat(1_000_000));
    }

    #[test]
    fn nothing_is_printed_if_one_file_is_bad() {
        let place = Place::new();
        let good = place.write("good", short("device_verifier.json").to_string());
        let bad = place.write("bad", "{}");
        for other in [bad.as_path(), Path::new("no-such-file"), place.0.path()] {
            let error = fails(command(["check"]).args([&good, other]), 2);
            assert!(error.contains(&*other.to_string_lossy()), "{error}");
            fails(command(["check"]).args([other, &good]), 2);
        }
    }

    #[test]
    fn every_file_is_reported() {
        let place = Place::new();
        let good = short("device_verifier.json");
        let mut bad = good.clone();
        alter(&mut bad["cases"][1]["x_hex"]);
        bad["cases"][1]["name"] = "two\nlines".into();
        place.write("good", good.to_string());
        place.write("bad", bad.to_string());
        let (code, stdout, _) = run(command(["check", "bad", "good", "bad"]).current_dir(place.0.path()));
        let bad = "bad: 1 passed, 1 failed\ntwo\\nlines: x_hex\n";
        assert_eq!((code, stdout), (1, format!("{bad}good: 2 passed, 0 failed\n{bad}")));
    }
}

mod bench {
    use super::*;

    fn names(report: &Value) -> Vec<&str> {
        report["backends"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect()
    }

    #[test]
    fn every_backend_is_measured_and_the_figures_agree() {
        let line = succeeds(&mut command(["bench", "--seconds", "1", "--json"]));
        assert_eq!(line.find('\n'), Some(line.len() - 1));
        let report: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(report["arch"], std::env::consts::ARCH);
        assert!(!report["processor"].as_str().unwrap().is_empty());
        assert_eq!(names(&report), cognito_device_srp::__internals::backends());
        for of in report["backends"].as_array().unwrap() {
            let figure = |name: &str| of[name].as_f64().unwrap();
            for (rate, time) in [
                ("registrations_per_second", "registration_microseconds"),
                ("sign_ins_per_second", "sign_in_microseconds"),
            ] {
                assert!((figure(rate) * figure(time) / 1e6 - 1.0).abs() < 1e-6, "{of}");
            }
            // it has the work of two registrations in it, and more
            assert!(figure("sign_in_microseconds") > figure("registration_microseconds"), "{of}");
        }
    }

    #[test]
    fn a_table_is_printed_by_default() {
        let table = succeeds(&mut command(["bench", "--seconds=1"]));
        let lines: Vec<_> = table.lines().collect();
        assert!(lines[0].starts_with(concat!("cognito-device-srp ", env!("CARGO_PKG_VERSION"), ", ")));
        let names: Vec<_> = lines[3..].iter().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(names, cognito_device_srp::__internals::backends());
    }

    #[test]
    fn it_takes_about_the_requested_time() {
        let start = std::time::Instant::now();
        succeeds(&mut command(["bench", "--seconds", "2"]));
        let seconds = start.elapsed().as_secs_f64();
        assert!(seconds > 1.8, "{seconds}");
    }

    #[test]
    fn seconds_must_be_a_whole_number_within_bounds() {
        for seconds in ["0", "-1", "3601", "18446744073709551616", "1.5", "1e3", "ten", "", " 1"] {
            let error = fails(&mut command(["bench", "--seconds", seconds]), 2);
            assert!(error.contains("--seconds must be a whole number from 1 to 3600"), "{error}");
        }
        for args in [
            &["bench", "--seconds"][..],
            &["bench", "--seconds", "1", "--seconds", "1"],
            &["bench", "10"],
            &["bench", "--json=yes"],
            &["bench", "--fast"],
        ] {
            fails(&mut command(args), 2);
        }
    }
}

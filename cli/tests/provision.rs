//! `provision` through the program: what it makes of a list, and what is left when it is stopped anywhere.
#![cfg(unix)]

use cognito_device_srp::{Device, DeviceSecret, DeviceSecretVerifierConfig, Salt};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs::{self, File, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-device-srp");

fn device_key(number: usize) -> String {
    format!("us-east-1_{number:08x}-6a42-471a-98c2-b3b05cfd0de8")
}

/// A line of a list. Some have names.
fn device(number: usize) -> String {
    let group = format!("-Group{}", number % 7);
    let device = match number % 3 {
        0 => json!({"DeviceGroupKey": group, "DeviceKey": device_key(number)}),
        1 => json!({"DeviceKey": device_key(number), "DeviceGroupKey": group, "DeviceName": "Über \"7\"\n"}),
        _ => json!({"DeviceGroupKey": group, "DeviceKey": device_key(number), "DeviceName": "n"}),
    };
    device.to_string()
}

fn list(devices: usize) -> String {
    (0..devices).map(|number| device(number) + "\n").collect()
}

/// A directory with a list and the three outputs.
struct Place {
    directory: TempDir,
    list: Vec<u8>,
}

impl Place {
    fn new(list: impl Into<Vec<u8>>) -> Self {
        let place = Self { directory: tempfile::tempdir().unwrap(), list: list.into() };
        fs::write(place.path("list"), &place.list).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn read_all(&self) -> [String; 3] {
        ["requests", "secrets", "rejects"].map(|name| self.read(name))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    fn write_all(&self, contents: [impl AsRef<[u8]>; 3]) {
        ["requests", "secrets", "rejects"].iter().zip(contents).for_each(|(name, it)| self.write(name, it));
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(&self.directory).stdin(Stdio::null()).args([
            "provision",
            "--input=list",
            "--requests=requests",
            "--secrets=secrets",
        ]);
        command.args(args);
        command
    }

    fn run(&self, args: &[&str]) -> (i32, String) {
        finished(self.command(args).output().unwrap())
    }

    #[track_caller]
    fn succeeds(&self, args: &[&str]) {
        assert_eq!(self.run(args), (0, String::new()));
    }

    #[track_caller]
    fn fails(&self, args: &[&str], code: i32) -> String {
        let (ended, stderr) = self.run(args);
        assert_eq!(ended, code, "{stderr}");
        assert!(stderr.starts_with("cognito-device-srp: ") && stderr.ends_with('\n'), "{stderr}");
        stderr
    }

    /// The outputs are those of the whole list.
    #[track_caller]
    fn is_done(&self) {
        self.is_done_for(&good(&self.list));
    }

    /// The outputs are those of the devices.
    #[track_caller]
    fn is_done_for(&self, devices: &[Value]) {
        assert_eq!(fs::metadata(self.path("secrets")).unwrap().permissions().mode() & 0o7777, 0o600);
        let [requests, secrets] = ["requests", "secrets"].map(|name| self.read(name));
        for text in [&requests, &secrets] {
            assert!(text.is_empty() || text.ends_with('\n'));
            assert_eq!(text.lines().count(), devices.len());
        }
        let mut seen = HashSet::new();
        for ((device, request), kept) in devices.iter().zip(requests.lines()).zip(secrets.lines()) {
            let kept: Value = serde_json::from_str(kept).unwrap();
            let request: Value = serde_json::from_str(request).unwrap();
            let [group, key] = ["DeviceGroupKey", "DeviceKey"].map(|name| device[name].as_str().unwrap());
            let secret = kept["DeviceSecret"].as_str().unwrap();
            assert_eq!(kept, json!({"DeviceKey": key, "DeviceGroupKey": group, "DeviceSecret": secret}));
            assert!(secret.len() == 56 && seen.insert(secret.to_owned()));
            let config = &request["DeviceSecretVerifierConfig"];
            let salt = config["Salt"].as_str().unwrap();
            assert!(salt.len() == 24 && seen.insert(salt.to_owned()));
            let derived = DeviceSecretVerifierConfig::derive(
                Device::new(group, key).unwrap(),
                &DeviceSecret::from_text(secret).unwrap(),
                &Salt::from_base64(salt).unwrap(),
            );
            let mut wanted = json!({
                "DeviceKey": key,
                "DeviceSecretVerifierConfig": {"PasswordVerifier": derived.password_verifier(), "Salt": salt},
            });
            if !device["DeviceName"].is_null() {
                wanted["DeviceName"] = device["DeviceName"].clone();
            }
            assert_eq!(request, wanted);
        }
    }
}

/// The good lines of a list, where the bad ones are those that are no objects.
fn good(list: &[u8]) -> Vec<Value> {
    let lines = list.split(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice(line).ok()).filter(Value::is_object).collect()
}

fn finished(output: Output) -> (i32, String) {
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
    assert!(output.stdout.is_empty());
    (output.status.code().expect("an exit code, no signal"), stderr)
}

/// The text up to its last newline.
fn whole(text: &str) -> &str {
    &text[..text.rfind('\n').map_or(0, |at| at + 1)]
}

mod a_list {
    use super::*;

    #[test]
    fn is_processed_in_order_with_any_number_of_jobs() {
        let place = Place::new(list(300));
        for jobs in [&[][..], &["--jobs=1"], &["--jobs", "2"], &["--jobs=3"], &["--jobs=16"]] {
            place.succeeds(jobs);
            place.is_done();
            place.fails(jobs, 1);
            for name in ["requests", "secrets"] {
                fs::remove_file(place.path(name)).unwrap();
            }
        }
    }

    #[test]
    fn gives_the_outputs_of_register() {
        let place = Place::new(device(1));
        place.succeeds(&[]);
        let output = Command::new(PROGRAM)
            .args([
                "register",
                "--device-group-key=-Group1",
                "--device-name=Über \"7\"\n",
                "--secret-file=kept",
            ])
            .args(["--device-key", &device_key(1)])
            .env_remove("COGNITO_ACCESS_TOKEN")
            .current_dir(&place.directory)
            .output()
            .unwrap();
        /// All but the characters of base64.
        fn form(text: &str) -> String {
            text.replace(|c: char| c.is_ascii_alphanumeric() || "+/=".contains(c), "")
        }
        assert_eq!(form(&place.read("requests")), form(&String::from_utf8(output.stdout).unwrap()));
        assert_eq!(form(&place.read("secrets")), form(&place.read("kept")));
    }

    #[test]
    fn can_be_empty() {
        for list in ["", "\n", "\n \r\n\t", "\u{feff}"] {
            let place = Place::new(list);
            place.succeeds(&["--rejects=rejects"]);
            assert_eq!(place.read_all(), ["", "", ""]);
            place.succeeds(&["--rejects=rejects", "--resume"]);
        }
    }

    #[test]
    fn can_come_from_any_file_or_stdin() {
        let devices = [device(0), device(1), device(2)];
        let [a, b, c] = &devices;
        let expected: Vec<_> = devices.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        for list in [
            format!("{a}\n{b}\n{c}"),
            format!("\u{feff}{a}\r\n{b}\r\n{c}\r\n"),
            format!("\n\n  {a}  \n\t\r\n{b}\n\n{c}\n\n"),
            format!("\r\n{}\n{b}\n{c}", a.replace("DeviceKey", "Device\\u004bey")),
            format!("{}\n{b}\n{c}", a.replace('}', ", \"DeviceName\": null}")),
        ] {
            let place = Place::new(list);
            place.succeeds(&[]);
            place.is_done_for(&expected);
        }
    }

    #[test]
    fn is_not_treated_as_empty_if_stdin_is_closed() {
        let place = Place::new("");
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$@\" <&-", "sh", PROGRAM, "provision", "--input=-", "--requests=requests"]);
        let output = shell.arg("--secrets=secrets").current_dir(&place.directory).output().unwrap();
        let error = "cognito-device-srp: -: is closed\n";
        assert_eq!(finished(output), (2, error.to_owned()));
        assert_eq!(fs::read_dir(&place.directory).unwrap().count(), 1);
    }

    #[test]
    fn can_come_from_a_pipe() {
        let place = Place::new(list(100));
        let mut command = Command::new(PROGRAM);
        command.args(["provision", "--input=-", "--requests=requests", "--secrets=secrets"]);
        command.current_dir(&place.directory).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let half = place.list.len() / 2;
        stdin.write_all(&place.list[..half]).unwrap();
        // what has come is done without waiting for more
        let come = place.list[..half].iter().filter(|byte| **byte == b'\n').count();
        wait_until(|| {
            fs::read_to_string(place.path("requests")).is_ok_and(|text| text.lines().count() == come)
        });
        stdin.write_all(&place.list[half..]).unwrap();
        drop(stdin);
        assert_eq!(finished(child.wait_with_output().unwrap()), (0, String::new()));
        place.is_done();
    }

    #[test]
    fn has_a_bar_on_a_terminal() {
        let place = Place::new(list(2000) + "bad\n");
        let command = format!("{PROGRAM} provision --input list --requests requests --secrets secrets");
        // runs it on a terminal of its own
        let mut script = Command::new("script");
        script.args(["-qec", &command, "/dev/null"]).current_dir(&place.directory).stdin(Stdio::null());
        let output = script.env("TERM", "xterm").output().expect("script, of Debian's bsdutils");
        assert_eq!(output.status.code(), Some(1));
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("% ") && shown.contains(" lines, "), "{shown:?}");
        assert!(shown.contains("cognito-device-srp: line 2001: "), "{shown:?}");
        place.is_done();
    }
}

mod bad_lines {
    use super::*;

    #[test]
    fn are_reported_and_stored_and_do_not_stop_the_run() {
        let good = device(0);
        let key = device_key(9);
        let long = "n".repeat(1025);
        let bad: Vec<(Vec<u8>, &str)> = vec![
            (b"not JSON".to_vec(), "JSON object"),
            (b"\xff\xfe".to_vec(), "UTF-8"),
            (b"null".to_vec(), "JSON object"),
            (b"7".to_vec(), "JSON object"),
            (br#"["-Group", "a_0"]"#.to_vec(), "JSON object"),
            (b"{}".to_vec(), "JSON object"),
            (br#"{"DeviceKey": "a_0"}"#.to_vec(), "JSON object"),
            (br#"{"DeviceGroupKey": "-Group"}"#.to_vec(), "JSON object"),
            (br#"{"DeviceGroupKey": "-Group", "DeviceKey": 7}"#.to_vec(), "JSON object"),
            (br#"{"DeviceGroupKey": "-Group", "DeviceKey": "a_0""#.to_vec(), "JSON object"),
            (br#"{"DeviceGroupKey": "-Group", "DeviceKey": "a_0"} {}"#.to_vec(), "JSON object"),
            (
                br#"{"DeviceGroupKey": "-Group", "DeviceKey": "a_0", "DeviceKey": "a_1"}"#.to_vec(),
                "JSON object",
            ),
            (
                br#"{"DeviceGroupKey": "-Group", "DeviceKey": "a_0", "Devicename": "n"}"#.to_vec(),
                "JSON object",
            ),
            (
                format!(r#"{{"DeviceGroupKey": "", "DeviceKey": "{key}"}}"#).into(),
                "device group key is empty",
            ),
            (format!(r#"{{"DeviceGroupKey": "{key}", "DeviceKey": "-Group"}}"#).into(), "device key is not"),
            (
                format!(r#"{{"DeviceGroupKey": "-G", "DeviceKey": "{key}0123456789"}}"#).into(),
                "device key is not",
            ),
            (
                format!(r#"{{"DeviceGroupKey": "-G", "DeviceKey": "{key}", "DeviceName": ""}}"#).into(),
                "name is not",
            ),
            (
                format!(r#"{{"DeviceGroupKey": "-G", "DeviceKey": "{key}", "DeviceName": "{long}"}}"#).into(),
                "name is not",
            ),
        ];
        let mut list = good.clone().into_bytes();
        for (line, _) in &bad {
            list.extend_from_slice(b"\n");
            list.extend_from_slice(line);
        }
        list.extend_from_slice(format!("\n\n{}", device(2)).as_bytes());
        let place = Place::new(list);
        let devices = [0, 2].map(|number| serde_json::from_str(&device(number)).unwrap());

        let stderr = place.fails(&["--rejects=rejects"], 1);
        place.is_done_for(&devices);
        let told: Vec<_> = stderr.lines().collect();
        assert_eq!(told.len(), bad.len() + 1);
        assert_eq!(told[bad.len()], "cognito-device-srp: 18 of 21 lines are bad");
        let rejects = place.read("rejects");
        assert_eq!(rejects.lines().count(), bad.len());
        for (number, (((line, reason), told), reject)) in
            bad.iter().zip(told).zip(rejects.lines()).enumerate()
        {
            let reject: Value = serde_json::from_str(reject).unwrap();
            let full = reject["Reason"].as_str().unwrap();
            assert!(full.contains(reason), "{reject}");
            assert_eq!(told, format!("cognito-device-srp: line {}: {full}", number + 2));
            let input = String::from_utf8_lossy(line);
            assert_eq!(reject, json!({"Line": number + 2, "Reason": full, "Input": input}));
        }
        let mode = fs::metadata(place.path("rejects")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);

        // again, nothing is to be done, and all is told
        let before = place.read_all();
        assert_eq!(place.fails(&["--rejects=rejects", "--resume"], 1), stderr);
        assert_eq!(place.read_all(), before);
        // the rejects follow from the list, whenever they are asked for
        assert_eq!(place.fails(&["--rejects=others", "--resume"], 1), stderr);
        assert_eq!(place.read("others"), before[2]);
        assert_eq!(place.fails(&["--resume"], 1), stderr);
        place.is_done_for(&devices);
    }

    #[test]
    fn can_have_any_length() {
        const LONGEST: usize = 1 << 20;
        let mut list = Vec::new();
        for length in [LONGEST, LONGEST + 1, 5 * LONGEST] {
            list.extend_from_slice(device(0).as_bytes());
            list.resize(list.len() - device(0).len() + length, b' ');
            list.push(b'\n');
        }
        let place = Place::new(list);
        let stderr = place.fails(&["--rejects=rejects"], 1);
        place.is_done_for(&[serde_json::from_str(&device(0)).unwrap()]);
        let reason = "longer than 1048576 bytes";
        let told = |number| format!("cognito-device-srp: line {number}: {reason}\n");
        assert_eq!(stderr, told(2) + &told(3) + "cognito-device-srp: 2 of 3 lines are bad\n");
        let kept = |line| json!({"Line": line, "Reason": reason});
        let rejects: Vec<Value> =
            place.read("rejects").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(rejects, [kept(2), kept(3)]);
    }

    /// A device key again, wherever and however it is written, in this run or an earlier one.
    #[test]
    fn are_those_with_a_device_key_of_an_earlier_line() {
        let again = |number: usize| device(number).replace("-Group", "-Another");
        let escaped = device(1).replace("us-east", r"\u0075s-east");
        let text = [device(0), device(1), device(0), again(0), "bad".into(), escaped, device(2)].join("\n");
        let place = Place::new(text);
        let devices = [0, 1, 2].map(|number| serde_json::from_str(&device(number)).unwrap());
        let told = |line: usize, first: usize| {
            format!("cognito-device-srp: line {line}: the device key is the same as on line {first}")
        };
        for args in [&["--rejects=rejects"][..], &["--rejects=rejects", "--resume"]] {
            let stderr = place.fails(args, 1);
            let lines: Vec<_> = stderr.lines().collect();
            assert_eq!([lines[0], lines[1], lines[3]], [told(3, 1), told(4, 1), told(6, 2)], "{stderr}");
            assert_eq!(lines[4], "cognito-device-srp: 4 of 7 lines are bad");
            place.is_done_for(&devices);
            assert_eq!(place.read("rejects").lines().count(), 4);
        }
        // stopped behind the first three lines
        let [requests, secrets, rejects] = place.read_all();
        let first = |text: &str, lines| text.split_inclusive('\n').take(lines).collect::<String>();
        place.write_all([first(&requests, 2), first(&secrets, 2), first(&rejects, 1)]);
        place.fails(&["--rejects=rejects", "--resume"], 1);
        place.is_done_for(&devices);
        assert_eq!(place.read("rejects"), rejects);
        // a device that is bad for another reason is none that came before
        let bad = device(0).replace(r#""DeviceGroupKey":"-Group0""#, r#""DeviceGroupKey":"""#);
        let place = Place::new(format!("{bad}\n{}", device(0)));
        assert_eq!(place.fails(&[], 1).lines().count(), 2);
        place.is_done_for(&devices[..1]);
    }

    #[test]
    fn are_not_quoted_on_stderr() {
        let place = Place::new(r#"{"DeviceKey": "a_0", "DeviceGroupKey": "-G", "DeviceSecret": "hush"}"#);
        assert!(!place.fails(&[], 1).contains("hush"));
        let place = Place::new(r#""hush""#);
        assert!(!place.fails(&[], 1).contains("hush"));
    }
}

mod what_is_refused {
    use super::*;

    #[test]
    fn usage() {
        let place = Place::new(device(0));
        for args in [
            &["--jobs=0"][..],
            &["--jobs=1025"],
            &["--jobs=two"],
            &["--jobs=-1"],
            &["--jobs"],
            &["--resume=yes"],
            &["--requests=again"],
            &["--access-token-file=token"],
            &["list"],
        ] {
            place.fails(args, 2);
        }
        for missing in ["--input", "--requests", "--secrets"] {
            let mut command = Command::new(PROGRAM);
            command.arg("provision").current_dir(&place.directory);
            for (option, path) in [("--input", "list"), ("--requests", "requests"), ("--secrets", "secrets")]
            {
                if option != missing {
                    command.args([option, path]);
                }
            }
            let (code, stderr) = finished(command.output().unwrap());
            assert!(code == 2 && stderr.contains(&format!("{missing} is missing")), "{stderr}");
        }
        assert_eq!(fs::read_dir(&place.directory).unwrap().count(), 1);
    }

    /// And nothing is made or changed.
    #[track_caller]
    fn refuses(place: &Place, change: &[(&str, &str)], resume: bool, code: i32, reason: &str) {
        let snapshot = || {
            let mut all: Vec<_> = fs::read_dir(&place.directory)
                .unwrap()
                .map(|entry| entry.unwrap())
                .filter(|entry| entry.file_type().unwrap().is_file())
                .map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()))
                .collect();
            all.sort();
            all
        };
        let before = snapshot();
        let mut command = Command::new(PROGRAM);
        command.arg("provision").current_dir(&place.directory);
        for option in ["input", "requests", "secrets", "rejects"] {
            let path = change.iter().find(|(changed, _)| *changed == option);
            let path = path.map_or(if option == "input" { "list" } else { option }, |(_, path)| path);
            command.arg(format!("--{option}={path}"));
        }
        if resume {
            command.arg("--resume");
        }
        let (ended, stderr) = finished(command.output().unwrap());
        // the last line; bad lines of the list may have been told before
        let last = stderr.lines().last().unwrap_or_default();
        assert!(ended == code && last.contains(reason), "{ended}: {stderr}");
        assert_eq!(snapshot(), before);
    }

    #[test]
    fn existing_files() {
        for name in ["requests", "secrets", "rejects"] {
            for content in ["", "mine\n"] {
                let place = Place::new(device(0));
                place.write(name, content);
                refuses(&place, &[], false, 1, &format!("{name}: already exists"));
            }
            let place = Place::new(device(0));
            symlink("nowhere", place.path(name)).unwrap();
            refuses(&place, &[], false, 1, name);
        }
    }

    #[test]
    fn paths_that_cannot_be_opened() {
        let place = Place::new(device(0));
        for name in ["requests", "secrets", "rejects"] {
            refuses(&place, &[(name, "nowhere/file")], false, 1, "nowhere/file");
            refuses(&place, &[(name, ".")], false, 1, "");
            refuses(&place, &[(name, "")], false, 1, "");
        }
        refuses(&place, &[("input", "nowhere")], false, 2, "nowhere");
        refuses(&place, &[("input", ".")], false, 2, ".: ");
    }

    #[test]
    fn one_file_twice() {
        let place = Place::new(device(0));
        for (one, other) in [("requests", "secrets"), ("secrets", "rejects"), ("requests", "rejects")] {
            refuses(&place, &[(one, "file"), (other, "file")], false, 1, "file");
            refuses(&place, &[(one, "file"), (other, "file")], true, 2, "is given twice");
            let place = Place::new(device(0));
            place.write(one, "");
            fs::hard_link(place.path(one), place.path(other)).unwrap();
            refuses(&place, &[], true, 2, "must have exactly one name (no hard links)");
            symlink("list", place.path("link")).unwrap();
            refuses(&place, &[(other, "link")], true, 2, "");
            refuses(&place, &[(one, "list")], true, 2, "is given twice");
        }
    }

    #[test]
    fn links_and_files_of_others() {
        for name in ["requests", "secrets", "rejects"] {
            let place = Place::new(device(0));
            // in a directory, since all that is beside the list is looked at
            fs::create_dir(place.path("other")).unwrap();
            place.write("other/file", "");
            fs::set_permissions(place.path("other/file"), Permissions::from_mode(0o600)).unwrap();
            for to in ["other/file", "other/nowhere"] {
                symlink(to, place.path(name)).unwrap();
                refuses(&place, &[], true, 2, "follows no links");
                fs::remove_file(place.path(name)).unwrap();
            }
            assert!(!place.path("other/nowhere").exists());
            fs::hard_link(place.path("other/file"), place.path(name)).unwrap();
            refuses(&place, &[], true, 2, "must have exactly one name (no hard links)");
            fs::remove_file(place.path("other/file")).unwrap();
            match std::os::unix::fs::chown(place.path(name), Some(1), None) {
                Ok(()) => refuses(&place, &[], true, 2, "is another user's"),
                Err(error) => eprintln!("not run, since files cannot be given away: {error}"),
            }
        }
    }

    #[test]
    fn ends_that_are_not_the_beginning_of_the_next_line() {
        let place = Place::new(list(2) + "bad\n");
        place.fails(&["--rejects=rejects"], 1);
        let all = place.read_all();
        let [requests, secrets, rejects] = &all;
        let line = |text: &str, number: usize| text.lines().nth(number).unwrap().to_owned();
        let first = |text: &str| line(text, 0) + "\n";
        let before = [
            [first(requests), secrets.clone(), rejects.clone()],
            [first(requests), first(secrets), rejects.clone()],
            [requests.clone(), secrets.clone(), String::new()],
        ];
        for (number, before) in before.into_iter().enumerate() {
            let file = ["requests", "secrets", "rejects"][number];
            let whole = line(&all[number], usize::from(file != "rejects"));
            let half = &whole[..whole.len() / 2];
            for (end, code) in [
                ("x".to_owned(), 2),
                (" ".to_owned(), 2),
                ("{ ".to_owned(), 2),
                ("a text without a newline".to_owned(), 2),
                (format!(" {whole}"), 2),
                (format!("{whole} "), 2),
                (format!("{whole}{whole}"), 2),
                (format!("{half}\u{e9}"), 2),
                (whole.replacen("evi", "Evi", 1).replacen("Line", "line", 1), 2),
                // of another line
                (whole.replacen("000001", "000002", 1).replacen(":3", ":4", 1), 2),
                ("A".repeat(3 << 20), 2),
                // no holes
                (format!("x\0\0{whole}\n"), 2),
                (format!("{half}\0\0\u{1}"), 1),
                ("\0\0\u{7}".to_owned(), 1),
            ] {
                place.write_all(before.clone());
                let end = before[number].clone() + &end;
                place.write(file, &end);
                let error = place.fails(&["--rejects=rejects", "--resume", "--jobs=1"], code);
                assert!(error.lines().last().unwrap().contains(&format!("{file}: ")), "{error}");
                assert_eq!(place.read(file), end, "{error}");
            }
        }
    }

    #[test]
    fn outputs_that_another_run_is_using() {
        for name in ["requests", "secrets", "rejects"] {
            let place = Place::new(device(0));
            let file = File::create(place.path(name)).unwrap();
            file.lock().unwrap();
            refuses(&place, &[], true, 1, "another run is using it");
        }
    }

    /// Whichever of two runs is refused, and wherever the other one is by then, that one's outputs are left to it.
    #[test]
    fn one_of_two_runs_at_once() {
        for round in 0..40 {
            let place = Place::new(list(1));
            let start = |args: &[&str]| {
                let mut command = place.command(args);
                command.stderr(Stdio::piped()).spawn().unwrap()
            };
            let runs =
                if round % 2 == 0 { [&["--resume"][..], &["--resume"]] } else { [&[][..], &["--resume"]] };
            let codes = runs.map(start).map(|run| finished(run.wait_with_output().unwrap()).0);
            if codes.contains(&0) {
                place.is_done();
            } else {
                // each has got a lock that the other wanted
                place.succeeds(&["--resume"]);
            }
        }
    }

    /// Not even of files that it made itself, when the other one has locked them first.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_run_without_the_lock_removes_nothing() {
        let place = Place::new(list(1));
        let mut late = Command::new("strace");
        // waits between making a file and locking it
        late.args([
            "-f",
            "-qq",
            "-o",
            "trace",
            "-e",
            "trace=flock",
            "-e",
            "inject=flock:delay_enter=3000000:when=1",
        ]);
        late.arg(PROGRAM).args(place.command(&[]).get_args()).current_dir(&place.directory);
        let late = late.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("strace");
        wait_until(|| place.path("requests").exists());
        let mut other = Command::new(PROGRAM);
        other.args(["provision", "--resume", "--input=-", "--requests=requests", "--secrets=secrets"]);
        other
            .current_dir(&place.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut other = other.spawn().unwrap();
        let (code, stderr) = finished(late.wait_with_output().unwrap());
        assert!(code == 1 && stderr.contains("another run is using it"), "{stderr}");
        other.stdin.take().unwrap().write_all(&place.list).unwrap();
        assert_eq!(finished(other.wait_with_output().unwrap()), (0, String::new()));
        place.is_done();
    }

    #[test]
    fn outputs_of_other_lists() {
        let text = list(3) + "bad\n";
        let place = Place::new(text.clone());
        place.fails(&["--rejects=rejects"], 1);
        let [requests, secrets, rejects] = &place.read_all();
        let other = |list: String| fs::write(place.path("list"), list).unwrap();

        for (from, to) in [
            (device_key(1), device_key(4)),
            (device_key(0), device_key(1)),
            ("-Group1".into(), "-Group2".into()),
            (r#""DeviceName":"n""#.into(), r#""DeviceName":"m""#.into()),
            (r#","DeviceName":"n""#.into(), "".into()),
            (device(0), device(0) + "\n" + &device(4)),
            (device(0), device(0) + "\nworse"),
            (device(1), "".into()),
            ("bad".into(), "worse".into()),
            ("bad".into(), "\nbad".into()),
            ("bad".into(), "".into()),
            (device(2) + "\n", "".into()),
            (device(2), "{}".into()),
        ] {
            assert!(text.contains(&from));
            other(text.replacen(&from, &to, 1));
            refuses(&place, &[], true, 2, "");
        }
        other(text);

        let without_last = |text: &str| whole(text.trim_end()).to_owned();
        place.write_all([requests, &without_last(secrets), rejects]);
        refuses(&place, &[], true, 2, "secrets: line 3 of the list has a request and no secret");
        place.write_all([requests, &String::new(), rejects]);
        refuses(&place, &[], true, 2, "secrets: line 1 of the list has a request and no secret");
        for (file, content) in [("requests", requests), ("secrets", secrets), ("rejects", rejects)] {
            place.write_all([requests, secrets, rejects]);
            let last = content.lines().last().unwrap();
            place.write(file, format!("{content}{last}\n"));
            refuses(&place, &[], true, 2, &format!("{file}: line"));
            place.write(file, format!("{content}{}", &last[..10]));
            refuses(&place, &[], true, 2, &format!("{file}: ends with part of a line"));
            place.write(file, content.replacen('{', "(", 1));
            refuses(&place, &[], true, 2, &format!("{file}: line 1 does not belong to line"));
            place.write(file, content.replacen('{', "\n{", 1));
            refuses(&place, &[], true, 2, &format!("{file}: line 1 does not belong to line"));
        }
        // nor is a torn end cut off where the lines before are not right
        place.write_all([requests, secrets, rejects]);
        place.write("requests", "the last line\nof a text");
        refuses(&place, &[], true, 2, "requests: line 1");
        // and no secret is used that was not made here
        let kept: Value = serde_json::from_str(secrets.lines().next().unwrap()).unwrap();
        let secret = kept["DeviceSecret"].as_str().unwrap();
        place.write_all(["", &secrets.replacen(secret, "", 1), rejects.as_str()]);
        refuses(&place, &[], true, 2, "secrets: line 1 does not belong to line 1");
        for changed in ["hush", &secret[4..], &format!("{secret}AAAA"), &secret.replace('=', "A")] {
            place.write_all(["", &secrets.replacen(secret, changed, 1), rejects.as_str()]);
            refuses(&place, &[], true, 2, "was not made by this program");
        }
    }
}

mod errors_of_writing {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn stop_the_run() {
        for name in ["requests", "secrets", "rejects"] {
            let place = Place::new("bad\n".to_owned() + &list(100));
            symlink("/dev/full", place.path(name)).unwrap();
            let stderr = place.fails(&["--rejects=rejects"], 1);
            assert!(
                stderr.ends_with(&format!("{name}: No space left on device (os error 28)\n")),
                "{stderr}"
            );
            fs::remove_file(place.path(name)).unwrap();
            place.fails(&["--rejects=rejects", "--resume"], 1);
            place.is_done();
        }
    }

    #[test]
    fn leave_complete_lines() {
        // a file may have so many blocks of 512 bytes
        for blocks in [1, 2, 3, 5, 8, 13, 40] {
            let place = Place::new(list(100));
            let mut shell = Command::new("sh");
            shell.args(["-c", "ulimit -f \"$1\"; shift; exec \"$@\"", "sh"]).arg(blocks.to_string());
            shell.arg(PROGRAM).args(place.command(&[]).get_args()).current_dir(&place.directory);
            let (code, stderr) = finished(shell.output().unwrap());
            assert!(code == 1 && stderr.ends_with(": File too large (os error 27)\n"), "{stderr}");
            let [requests, secrets] = ["requests", "secrets"].map(|name| place.read(name));
            assert!(whole(&requests) == requests && whole(&secrets) == secrets);
            // as much as fits: one of them ends within a line of the limit
            assert!(requests.len().max(secrets.len() + 500) + 800 > blocks * 512, "{blocks}");
            place.succeeds(&["--resume"]);
            place.is_done();
            assert!(place.read("requests").starts_with(&requests));
            assert!(place.read("secrets").starts_with(&secrets));
        }
    }

    /// A sync that fails says nothing of what the next one says.
    #[cfg(target_os = "linux")]
    #[test]
    fn of_syncing_leave_the_lines_that_are_on_disk() {
        // the first syncs of data are of secrets, the last ones of requests and secrets; of 9000 lines there are some
        for (failing, name) in [("1", "secrets"), ("2", "secrets"), ("3", "secrets"), ("4+", "")] {
            let place = Place::new(list(9000));
            let mut strace = Command::new("strace");
            strace.args(["-f", "-qq", "-o", "trace", "-e", "trace=fdatasync"]);
            strace.args(["-e", &format!("inject=fdatasync:error=EIO:when={failing}")]);
            strace.arg(PROGRAM).args(place.command(&[]).get_args()).current_dir(&place.directory);
            let (code, stderr) = finished(strace.output().expect("strace"));
            assert!(
                code == 1 && stderr.ends_with(&format!("{name}: Input/output error (os error 5)\n")),
                "{stderr}"
            );
            // what was synced, and no secret more
            let trace = place.read("trace");
            let synced = trace.lines().filter(|line| line.ends_with("= 0")).count();
            let [requests, secrets] = ["requests", "secrets"].map(|name| place.read(name).lines().count());
            assert!(requests <= secrets && (synced > 0) == (secrets > 0), "{trace} {requests} {secrets}");
            place.succeeds(&["--resume"]);
            place.is_done();
        }
    }

    /// Of what an earlier run left, too: it is written again, since the next sync would take it for written.
    #[cfg(target_os = "linux")]
    #[test]
    fn of_syncing_existing_lines_write_them_again() {
        let place = Place::new(list(300) + "bad\n");
        place.fails(&["--rejects=rejects"], 1);
        let before = place.read_all();
        // of each file its content and its name are synced
        for (failing, name) in [("1", "requests"), ("3", "secrets"), ("5", "rejects")] {
            let mut strace = Command::new("strace");
            strace.args(["-f", "-qq", "-y", "-o", "trace", "-e", "trace=fsync,write,ftruncate"]);
            strace.args(["-e", &format!("inject=fsync:error=EIO:when={failing}"), PROGRAM]);
            strace.args(place.command(&["--rejects=rejects", "--resume"]).get_args());
            let (code, stderr) = finished(strace.current_dir(&place.directory).output().expect("strace"));
            assert_eq!(code, 1);
            assert_eq!(stderr, format!("cognito-device-srp: {name}: Input/output error (os error 5)\n"));
            let trace = place.read("trace");
            let (_, behind) = trace.split_once("(INJECTED)").unwrap();
            let is_it = |line: &&str| line.contains("write(") && line.contains(&format!("/{name}>"));
            let written = |line: &str| line.rsplit_once(" = ").unwrap().1.parse::<usize>().unwrap();
            let sum: usize = behind.lines().filter(is_it).map(written).sum();
            assert_eq!(sum, place.read(name).len(), "{trace}");
            assert!(!trace.contains("ftruncate"), "{trace}");
            assert_eq!(place.read_all(), before);
        }
        place.fails(&["--rejects=rejects", "--resume"], 1);
        assert_eq!(place.read_all(), before);
    }

    #[test]
    fn come_from_pipes_too() {
        let place = Place::new(list(1000));
        assert!(Command::new("mkfifo").arg(place.path("requests")).status().unwrap().success());
        let child = place.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut start = [0; 100];
        File::open(place.path("requests")).unwrap().read_exact(&mut start).unwrap();
        let (code, stderr) = finished(child.wait_with_output().unwrap());
        assert!(code == 1 && stderr.contains("requests: Broken pipe"), "{stderr}");
        let stderr = place.fails(&["--resume"], 2);
        assert!(stderr.contains("is not a regular file"), "{stderr}");
        fs::remove_file(place.path("requests")).unwrap();
        place.succeeds(&["--resume"]);
        place.is_done();
    }
}

#[test]
fn only_their_owner_can_read_the_secrets() {
    for mask in ["000", "022", "277"] {
        let place = Place::new(list(1));
        let mut shell = Command::new("sh");
        shell.args(["-c", "umask \"$1\"; shift; exec \"$@\"", "sh", mask]).arg(PROGRAM);
        shell.args(place.command(&[]).get_args()).current_dir(&place.directory);
        assert_eq!(finished(shell.output().unwrap()), (0, String::new()));
        let mode = fs::metadata(place.path("requests")).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o666 & !u32::from_str_radix(mask, 8).unwrap());
        fs::set_permissions(place.path("requests"), Permissions::from_mode(0o644)).unwrap();
        place.is_done();
        // what others could write, or have read already, is not gone on with, and stays as it is
        for mode in [0o644, 0o620, 0o602, 0o601] {
            fs::set_permissions(place.path("secrets"), Permissions::from_mode(mode)).unwrap();
            assert!(place.fails(&["--resume"], 2).contains("can be accessed by others"));
            assert_eq!(fs::metadata(place.path("secrets")).unwrap().permissions().mode() & 0o7777, mode);
        }
        fs::set_permissions(place.path("secrets"), Permissions::from_mode(0o600)).unwrap();
        place.succeeds(&["--resume"]);
        place.is_done();
    }
}

mod resumed {
    use super::*;

    /// The whole lines stay, and the rest is made.
    #[track_caller]
    fn goes_on(place: &Place, before: [&[u8]; 3]) {
        place.write_all(before);
        let stderr = place.fails(&["--rejects=rejects", "--resume", "--jobs=1"], 1);
        assert_eq!(stderr.lines().count(), 2, "{stderr}");
        place.is_done();
        for (before, after) in before.iter().zip(place.read_all()) {
            assert!(after.as_bytes().starts_with(&before[..whole_length(before)]));
        }
    }

    fn whole_length(bytes: &[u8]) -> usize {
        let text = bytes.split(|byte| *byte == 0).next().unwrap();
        text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
    }

    /// Every one of the last line and its edges, and some of the lines before.
    fn offsets(text: &[u8]) -> impl Iterator<Item = usize> {
        let last = whole_length(&text[..text.len() - 1]);
        (0..last - 1).step_by(13).chain(last - 1..text.len())
    }

    #[test]
    fn at_any_byte() {
        let place = Place::new(format!("{}\nbad\n{}\n", device(1), device(3)));
        place.fails(&["--rejects=rejects"], 1);
        let all = place.read_all();
        let [requests, secrets, rejects] = all.each_ref().map(|text| text.as_bytes());
        let first_request = all[0].lines().next().unwrap().len() + 1;
        // all that is left of the requests, beside all secrets
        for end in offsets(requests) {
            goes_on(&place, [&requests[..end], secrets, rejects]);
        }
        // all that is left of the secrets, beside as many requests as there can be
        for end in offsets(secrets) {
            let whole = secrets[..end].iter().filter(|byte| **byte == b'\n').count();
            goes_on(&place, [&requests[..[0, first_request][whole]], &secrets[..end], rejects]);
            goes_on(&place, [b"", &secrets[..end], b""]);
        }
        // of the rejects
        for end in 0..rejects.len() {
            goes_on(&place, [requests, secrets, &rejects[..end]]);
            assert_eq!(place.read_all(), all);
        }
    }

    /// What a machine that went down leaves of what was not synced.
    #[test]
    fn after_a_hole_in_the_file() {
        let place = Place::new(format!("{}\nbad\n{}\n", device(1), device(3)));
        place.fails(&["--rejects=rejects"], 1);
        let all = place.read_all();
        let [requests, secrets, rejects] = all.each_ref().map(|text| text.as_bytes());
        let first_request = all[0].lines().next().unwrap().len() + 1;
        let holed = |text: &[u8], start: usize, end: usize| {
            let mut text = text.to_vec();
            text[start..end].fill(0);
            text
        };
        for (start, length) in [(0, 1), (0, 5000), (7, 300), (first_request - 1, 1), (first_request, 5000)] {
            let end = |text: &[u8]| text.len().min(start + length);
            let text = holed(requests, start, end(requests));
            goes_on(&place, [&text, secrets, rejects]);
            let text = holed(secrets, start.min(20), end(secrets));
            goes_on(&place, [b"", &text, rejects]);
            let text = holed(rejects, start.min(3), end(rejects));
            goes_on(&place, [requests, secrets, &text]);
        }
    }

    #[test]
    fn with_complete_outputs() {
        let place = Place::new(list(50));
        place.succeeds(&["--resume"]);
        let before = ["requests", "secrets"].map(|name| place.read(name));
        place.succeeds(&["--resume"]);
        assert_eq!(["requests", "secrets"].map(|name| place.read(name)), before);
        // and with more at the end of the list
        fs::write(place.path("list"), list(80)).unwrap();
        place.succeeds(&["--resume"]);
        place.is_done_for(&good(list(80).as_bytes()));
        assert!(place.read("secrets").starts_with(&before[1]));
    }
}

fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn signal(child: &Child, name: &str) {
    let status =
        Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

mod signals {
    use super::*;

    #[test]
    fn stop_the_run_with_complete_lines() {
        for (name, code) in [("INT", 130), ("TERM", 143)] {
            let place = Place::new(list(200_000));
            let child = place.command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            wait_until(|| fs::metadata(place.path("requests")).is_ok_and(|file| file.len() > 0));
            signal(&child, name);
            let ended = finished(child.wait_with_output().unwrap());
            let message = "cognito-device-srp: stopped by a signal; use --resume to continue\n";
            assert_eq!(ended, (code, message.to_owned()));
            let done = place.read("requests").lines().count();
            assert!(done < 100_000);
            place.is_done_for(&good(list(done).as_bytes()));
            fs::write(place.path("list"), list(done + 1)).unwrap();
            place.succeeds(&["--resume"]);
            place.is_done_for(&good(list(done + 1).as_bytes()));
        }
    }

    #[test]
    fn do_not_wait_for_a_pipe() {
        let place = Place::new(list(5));
        let mut command = Command::new(PROGRAM);
        command.args(["provision", "--input=-", "--requests=requests", "--secrets=secrets"]);
        command
            .current_dir(&place.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&place.list).unwrap();
        wait_until(|| fs::read_to_string(place.path("requests")).is_ok_and(|text| text.lines().count() == 5));
        signal(&child, "INT");
        let (code, _) = finished(child.wait_with_output().unwrap());
        assert_eq!(code, 130);
        drop(stdin);
        place.is_done();
    }
}

/// Kills it a hundred times at moments of all kinds, and looks at what is there each time.
#[test]
fn a_run_that_is_killed_anywhere_can_be_resumed() {
    const DEVICES: usize = 400;
    const ARGUMENTS: [&str; 3] = ["--rejects=rejects", "--resume", "--jobs=2"];
    let mut text = String::new();
    for number in 0..DEVICES {
        text += &device(number);
        text += if number % 10 == 7 { "\nbad\n" } else { "\n" };
    }
    let place = Place::new(text);
    let begun = Instant::now();
    place.fails(&ARGUMENTS, 1);
    let whole_run = begun.elapsed();
    place.is_done();
    // a generator of delays: nothing depends on them
    let mut state = std::process::id();
    let mut kills = 0;
    while kills < 100 {
        // more each time, so that it ends even where a run takes longest for its beginning
        let mut longest = whole_run;
        let mut before = [const { String::new() }; 3];
        for name in ["requests", "secrets", "rejects"] {
            let _ = fs::remove_file(place.path(name));
        }
        loop {
            let mut child = place.command(&ARGUMENTS).stderr(Stdio::null()).spawn().unwrap();
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            std::thread::sleep(longest.mul_f64(f64::from(state) / f64::from(u32::MAX)));
            longest = longest * 9 / 8;
            let ended = child.try_wait().unwrap();
            child.kill().unwrap();
            child.wait().unwrap();
            let now = ["requests", "secrets", "rejects"].map(|name| fs::read_to_string(place.path(name)));
            let now = now.map(|text| text.unwrap_or_default());
            for (before, now) in before.iter().zip(&now) {
                assert!(now.starts_with(whole(before)), "after {kills} kills");
            }
            assert!(whole(&now[0]).lines().count() <= whole(&now[1]).lines().count());
            before = now;
            if let Some(status) = ended {
                assert_eq!(status.code(), Some(1));
                break;
            }
            kills += 1;
        }
        place.is_done();
        assert_eq!(place.read("rejects").lines().count(), DEVICES / 10);
    }
}

#[test]
fn the_help_describes_every_option() {
    let output = Command::new(PROGRAM).args(["provision", "--help"]).output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in ["--input", "--requests", "--secrets", "--rejects", "--resume", "--jobs"] {
        assert!(help.contains(&format!("  {option} ")), "{option}");
    }
}

/// However long the lines are and however many the threads, what waits for a writer that waits itself is bounded.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded() {
    const KEY: &str = "KEY";
    let device = |group: String| json!({"DeviceGroupKey": group, "DeviceKey": KEY}).to_string();
    for (line, jobs) in [
        (device("g".repeat(131_072)), "64"),
        (device("\u{1}".repeat(131_072)), "16"),
        ("\u{1}".repeat(1 << 20), "64"),
        ("\u{1}".repeat(2000), "64"),
    ] {
        let place = Place::new("");
        for pipe in ["requests", "secrets", "rejects"] {
            assert!(Command::new("mkfifo").arg(place.path(pipe)).status().unwrap().success());
        }
        // read from, so that they can be opened, but never
        let open = |name| File::options().read(true).write(true).open(place.path(name)).unwrap();
        let _pipes = ["requests", "secrets", "rejects"].map(open);
        let mut command = Command::new(PROGRAM);
        command.args(["provision", "--input=-", "--requests=requests", "--secrets=secrets"]);
        command.args(["--rejects=rejects", "--jobs", jobs]).current_dir(&place.directory);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let line = line + "\n";
        // until the pipe is full since nobody reads on, or the program is killed
        let (given, all) = std::sync::mpsc::channel();
        let feeder = std::thread::spawn(move || {
            let device = |number| line.replacen(KEY, &device_key(number), 1);
            let mut devices = (0..).map(device);
            while devices.next().is_some_and(|line| {
                stdin.write_all(line.as_bytes()).is_ok() && given.send(line.len()).is_ok()
            }) {}
        });
        let mut sum = 0;
        while let Ok(length) = all.recv_timeout(Duration::from_secs(2)) {
            sum += length;
            assert!(sum < 1 << 30, "the list is read without end");
        }
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        feeder.join().unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        println!("{jobs} jobs: {sum} bytes read, {peak} KiB at most");
        // the program itself, its threads' stacks and heaps, the buffer of the list
        assert!(peak < (64 + 48) << 10, "{peak} KiB");
    }
}

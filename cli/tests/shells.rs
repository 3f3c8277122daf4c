//! Completions, by the shells that they are for, and the man page, by its checker. All are of Debian's packages of their
//! names.
#![cfg(unix)]

use std::fs;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-device-srp");

const COMMANDS: [&str; 11] = [
    "answer",
    "backends",
    "bench",
    "check",
    "completions",
    "derive",
    "man",
    "provision",
    "register",
    "secret-hash",
    "srp-a",
];

fn printed(args: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(args).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    String::from_utf8(output.stdout).unwrap()
}

/// Whether a program is there. If it is not, nothing can be checked with it.
fn is_there(program: &str) -> bool {
    let there =
        Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    let there = there.unwrap().success();
    assert!(there || std::env::var_os("CHECKS_REQUIRED").is_none(), "{program} is not there");
    if !there {
        eprintln!("not run, since {program} is not there");
    }
    there
}

/// A directory with a file `list.jsonl` and a shell's completions in `completions`.
fn place(shell: &str) -> TempDir {
    let place = TempDir::new().unwrap();
    fs::write(place.path().join("list.jsonl"), "").unwrap();
    fs::write(place.path().join("completions"), printed(&["completions", shell])).unwrap();
    place
}

fn output_of(program: &str, args: &[&str], place: &TempDir) -> String {
    let mut command = Command::new(program);
    let output = command.args(args).current_dir(place).env("HOME", place.path()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// What bash offers for the last of the words; `FILES` for files.
fn bash(place: &TempDir, words: &[&str]) -> Vec<String> {
    let script = "source ./completions
        compopt() { [[ $* == '-o default' ]] && COMPREPLY=(FILES); }
        COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))
        _cognito_device_srp
        printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut offered: Vec<_> =
        output_of("bash", &[&["-uc", script, "bash", "cognito-device-srp"], words].concat(), place)
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
    offered.sort();
    offered
}

#[test]
fn bash_completes() {
    let place = place("bash");
    assert_eq!(bash(&place, &[""]), [&["--help", "--version"][..], &COMMANDS].concat());
    assert_eq!(bash(&place, &["re"]), ["register"]);
    assert_eq!(bash(&place, &["answer", "--"]), ["--device-file", "--help", "--lines", "--state-file"]);
    assert_eq!(bash(&place, &["provision", "--re"]), ["--rejects", "--requests", "--resume"]);
    for files in [
        &["provision", "--input", ""][..],
        &["provision", "--jobs", "2", "--secrets", "l"],
        &["provision", "--input", "="],
        &["provision", "--input", "=", "l"],
        &["check", "l"],
    ] {
        assert_eq!(bash(&place, files), ["FILES"], "{files:?}");
    }
    for nothing in [
        &["provision", "--jobs", ""][..],
        &["register", "--device-name", "=", "l"],
        &["bench", ""],
        &["derive", "l"],
        &["no-command", ""],
        &["no-command", "--"],
    ] {
        assert!(bash(&place, nothing).is_empty(), "{nothing:?}");
    }
    assert_eq!(bash(&place, &["completions", ""]), ["bash", "fish", "zsh"]);
    let output = Command::new(PROGRAM).args(["completions", "csh"]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

#[test]
fn zsh_completes() {
    if !is_there("zsh") {
        return;
    }
    let place = place("zsh");
    // a shell on a terminal, with a key that completes some lines and writes down what they became
    let script = r#"
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'autoload -U compinit; compinit -u -D; source ./completions
            complete_all() {
                local line
                for line in "${(@f)$(<given)}"; do
                    BUFFER=$line CURSOR=$#line
                    zle complete-word
                    print -r -- "$BUFFER" >> completed
                done
                BUFFER=exit
                zle accept-line
            }
            zle -N complete_all
            bindkey "^X" complete_all'
        zpty -w -n shell $'\x18'
        while zpty -r shell output; do :; done"#;
    let cases = [
        ("prov", "provision "),
        ("register --secret", "register --secret-file="),
        ("answer --lin", "answer --lines "),
        ("provision --input li", "provision --input list.jsonl "),
        ("provision --input=li", "provision --input=list.jsonl "),
        ("provision --jobs li", "provision --jobs li"),
        ("check li", "check list.jsonl "),
        ("bench li", "bench li"),
        ("completions z", "completions zsh "),
    ];
    let lines: Vec<_> = cases.iter().map(|(line, _)| format!("cognito-device-srp {line}")).collect();
    fs::write(place.path().join("given"), lines.join("\n")).unwrap();
    output_of("zsh", &["-fc", script], &place);
    let completed = fs::read_to_string(place.path().join("completed")).unwrap();
    let wanted: Vec<_> = cases.iter().map(|(_, line)| format!("cognito-device-srp {line}")).collect();
    assert_eq!(completed.lines().collect::<Vec<_>>(), wanted);
}

#[test]
fn fish_completes() {
    if !is_there("fish") {
        return;
    }
    let place = place("fish");
    let offered = |line: &str| {
        let script = format!("source ./completions; complete -C 'cognito-device-srp {line}'");
        let offered = output_of("fish", &["--no-config", "-c", &script], &place);
        let mut offered: Vec<_> =
            offered.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect();
        offered.sort();
        offered
    };
    assert_eq!(offered(""), COMMANDS);
    assert_eq!(offered("answer --"), ["--device-file", "--help", "--lines", "--state-file"]);
    assert_eq!(offered("--v"), ["--version"]);
    for files in ["provision --input li", "provision --input=li", "check li"] {
        assert!(offered(files)[0].ends_with("list.jsonl"), "{files}");
    }
    for nothing in ["provision --jobs li", "bench li", "derive li"] {
        assert!(offered(nothing).is_empty(), "{nothing}");
    }
    assert_eq!(offered("completions "), ["bash", "fish", "zsh"]);
}

#[test]
fn the_man_page_contains_the_help() {
    let place = TempDir::new().unwrap();
    let page = printed(&["man"]);
    fs::write(place.path().join("page.1"), &page).unwrap();
    if is_there("mandoc") {
        let output =
            Command::new("mandoc").args(["-T", "lint", "page.1"]).current_dir(&place).output().unwrap();
        let found = String::from_utf8(output.stdout).unwrap();
        // the same program prints the same page on every day
        let found: Vec<_> = found.lines().filter(|line| !line.contains("missing date")).collect();
        assert!(found.iter().all(|line| line.contains("STYLE:")), "{found:#?}");
    }
    if is_there("groff") {
        // as wide as it takes, and without hyphenation, so that words can be compared
        let args = ["-man", "-Tutf8", "-ww", "-rLL=10000n", "-rHY=0", "-P-cbou", "page.1"];
        let shown = output_of("groff", &args, &place);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let shown = words(&shown).join(" ");
        for command in COMMANDS {
            let help = words(&printed(&[command, "--help"])).join(" ");
            assert!(shown.contains(&format!("{} {help}", command.to_uppercase())), "{command}: {shown}");
        }
    }
}

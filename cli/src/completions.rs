//! `completions`: a shell's completions, made from the table of commands and their help texts.

use crate::arguments::{Arguments, Command, Operands};
use crate::help::{self, HelpOption, Row};
use crate::{COMMANDS, Failure, HELP, output};
use std::fmt::Write as _;

const HELP_TEXT: &str = "\
Print the completions of a shell.

Usage: cognito-device-srp completions bash|zsh|fish

Where to put them:
  bash  cognito-device-srp completions bash > ~/.local/share/bash-completion/completions/cognito-device-srp
  zsh   cognito-device-srp completions zsh > DIRECTORY/_cognito-device-srp, where DIRECTORY is one of $fpath
  fish  cognito-device-srp completions fish > ~/.config/fish/completions/cognito-device-srp.fish

Options:
  -h, --help  print this
";

pub(crate) const COMMAND: Command = Command {
    operands: Operands::OneOf(&["bash", "zsh", "fish"]),
    ..Command::new("completions", HELP_TEXT, run)
};

fn run(arguments: Arguments) -> Result<(), Failure> {
    let script = match arguments.operands.as_slice() {
        [shell] if shell == "bash" => bash(),
        [shell] if shell == "zsh" => zsh(),
        [shell] if shell == "fish" => fish(),
        _ => return Err(Failure::bad_input("the shell must be bash, zsh or fish, see completions --help")),
    };
    output::print(script.as_bytes())
}

/// Writing to a `String` cannot fail.
macro_rules! push {
    ($script:expr, $($format:tt)*) => { let _ = writeln!($script, $($format)*); };
}

/// Each command and a short description.
fn commands() -> Vec<(&'static Command, String)> {
    let rows = help::rows_under(HELP, "Commands");
    let text = |name| rows.iter().find(|Row { term, .. }| *term == name).map(|row| help::in_short(&row.text));
    COMMANDS.iter().map(|&command| (command, text(command.name).unwrap_or_default())).collect()
}

fn bash() -> String {
    let names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
    let mut cases = String::new();
    for command in COMMANDS {
        let options = help::options(command.help);
        let among = |wanted: fn(&HelpOption<'_>) -> bool| {
            let names = options.iter().filter(|option| wanted(option));
            names.map(|option| format!("--{}", option.name)).collect::<Vec<_>>().join(" ")
        };
        let (all, paths) = (among(|_| true), among(|option| option.takes_path()));
        let values = among(|option| option.value.is_some() && !option.takes_path());
        let (words, files) = match command.operands {
            Operands::None => (String::new(), ""),
            Operands::Files => (String::new(), "yes"),
            Operands::OneOf(words) => (words.join(" "), ""),
        };
        push!(
            cases,
            "    {}) options='{all} --help' paths='{paths}' values='{values}' words='{words}' files={files} ;;",
            command.name,
        );
    }
    let names = names.join(" ");
    format!(
        r#"_cognito_device_srp() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
    local options= paths= values= words= files=
    # --option=value comes as three words
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = ]]; then
        before=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W '{names} --help --version' -- "$word"))
        return
    fi
    case ${{COMP_WORDS[1]}} in
{cases}    esac
    if [[ " $values " == *" $before "* ]]; then
        return
    elif [[ " $paths " == *" $before "* ]]; then
        compopt -o default
    elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    elif [[ -n $files ]]; then
        compopt -o default
    else
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    fi
}}
complete -F _cognito_device_srp cognito-device-srp
"#
    )
}

fn zsh() -> String {
    let quoted = |text: &str| text.replace('\'', r"'\''");
    // escaped for the brackets of a specification
    let described = |text: &str| quoted(&text.replace('\\', r"\\").replace(']', r"\]"));
    let mut script = String::from(
        "#compdef cognito-device-srp\n\n_cognito-device-srp() {\n    if (( CURRENT == 2 )); then\n        local -a commands=(\n",
    );
    for (command, text) in commands() {
        push!(script, "            '{}:{}'", command.name, quoted(&text));
    }
    script += "        )\n        _describe command commands\n        _arguments --help'[print help]' --version'[print the version]'\n        return\n    fi\n    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n";
    for command in COMMANDS {
        push!(script, "    {}) _arguments \\", command.name);
        for option in help::options(command.help) {
            let text = described(&option.text);
            match option.value {
                None => {
                    push!(script, "        '--{}[{text}]' \\", option.name);
                }
                Some(value) => {
                    let action = if option.takes_path() { "_files" } else { "" };
                    push!(script, "        '--{}=[{text}]:{value}:{action}' \\", option.name);
                }
            }
        }
        match command.operands {
            Operands::None => {}
            Operands::Files => {
                push!(script, "        '*:FILE:_files' \\");
            }
            Operands::OneOf(words) => {
                push!(script, "        '1:one of:({})' \\", words.join(" "));
            }
        }
        push!(script, "        '(-h --help)'{{-h,--help}}'[print help]' ;;");
    }
    script
        + "    esac\n}\n\nif [[ $funcstack[1] == _cognito-device-srp ]]; then\n    _cognito-device-srp \"$@\"\nelse\n    compdef _cognito-device-srp cognito-device-srp\nfi\n"
}

fn fish() -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"));
    let complete = "complete -c cognito-device-srp";
    let mut script = format!("{complete} -f\n{complete} -s h -l help -d 'print help'\n");
    push!(script, "{complete} -n __fish_use_subcommand -s V -l version -d 'print the version'");
    for (command, text) in commands() {
        let name = command.name;
        push!(script, "{complete} -n __fish_use_subcommand -a {name} -d {}", quoted(&text));
        let of_it = format!("{complete} -n '__fish_seen_subcommand_from {name}'");
        for option in help::options(command.help) {
            let value = match option.value {
                None => "",
                Some(_) if option.takes_path() => " -r -F",
                Some(_) => " -x",
            };
            push!(script, "{of_it} -l {}{value} -d {}", option.name, quoted(&option.text));
        }
        match command.operands {
            Operands::None => {}
            Operands::Files => {
                push!(script, "{of_it} -F");
            }
            Operands::OneOf(words) => {
                push!(script, "{of_it} -a {}", quoted(&words.join(" ")));
            }
        }
    }
    script
}

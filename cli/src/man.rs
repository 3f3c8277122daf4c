//! `man`: the help texts as a page for man(1).

use crate::arguments::Command;
use crate::help::{self, Row};
use crate::{COMMANDS, HELP, output};

const HELP_TEXT: &str = "\
Print the man page.

Usage: cognito-device-srp man

To read it without installing it: cognito-device-srp man | man -l -

Options:
  -h, --help  print this
";

pub(crate) const COMMAND: Command = Command::new("man", HELP_TEXT, |_| output::print(page().as_bytes()));

fn page() -> String {
    let mut page = String::from(concat!(
        ".TH COGNITO\\-DEVICE\\-SRP 1 \"\" \"cognito\\-device\\-srp ",
        env!("CARGO_PKG_VERSION"),
        "\" \"User Commands\"\n.SH NAME\ncognito\\-device\\-srp \\- ",
    ));
    let (name, description) = HELP.split_once(".\n\n").unwrap_or((HELP, ""));
    page += &escaped(&name.replacen('M', "m", 1));
    page += "\n.SH DESCRIPTION\n";
    push_text(&mut page, description);
    for command in COMMANDS {
        page += &format!(".SH {}\n", escaped(&command.name.to_uppercase()));
        push_text(&mut page, command.help);
    }
    page
}

/// Writes paragraphs, rows with terms, and preformatted text.
fn push_text(page: &mut String, text: &str) {
    for (number, block) in text.trim_end().split("\n\n").enumerate() {
        *page += if number > 0 { ".PP\n" } else { "" };
        let lines: Vec<_> = block.lines().collect();
        let is_usage = block.starts_with("Usage:");
        for part in lines.chunk_by(|one, next| is_usage || one.starts_with(' ') == next.starts_with(' ')) {
            let indented = is_usage || part.iter().any(|line| line.starts_with(' '));
            match help::rows(&part.join("\n")) {
                Some(rows) => rows.iter().for_each(|Row { term, text }| {
                    *page += &format!(".TP\n\\fB{}\\fR\n{}\n", escaped(term), escaped(text));
                }),
                None if indented => *page += &format!(".nf\n{}\n.fi\n", escaped(&part.join("\n"))),
                None => *page += &(escaped(&part.join("\n")) + "\n"),
            }
        }
    }
}

/// The text, escaped for roff.
fn escaped(text: &str) -> String {
    let line = |line: &str| {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

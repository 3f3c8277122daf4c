//! The arguments that follow a command, read by one loop for all commands.

use crate::{Failure, output};
use lexopt::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

/// A command, and the arguments that it takes.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    /// Options with a value, without their hyphens. Each is given once at most.
    pub(crate) options: &'static [&'static str],
    /// Options without a value.
    pub(crate) flags: &'static [&'static str],
    pub(crate) operands: Operands,
    pub(crate) run: fn(Arguments) -> Result<(), Failure>,
}

/// The arguments of a command that are not options.
pub(crate) enum Operands {
    None,
    Files,
    OneOf(&'static [&'static str]),
}

/// The arguments that were given to a command.
#[derive(Default)]
pub(crate) struct Arguments {
    command: &'static str,
    values: BTreeMap<&'static str, OsString>,
    flags: BTreeSet<&'static str>,
    pub(crate) operands: Vec<OsString>,
}

impl Command {
    /// A command that takes no argument.
    pub(crate) const fn new(
        name: &'static str,
        help: &'static str,
        run: fn(Arguments) -> Result<(), Failure>,
    ) -> Self {
        Self { name, help, options: &[], flags: &[], operands: Operands::None, run }
    }

    /// Reads the arguments and runs the command, or prints its help if that is asked for.
    pub(crate) fn start(&self, parser: &mut lexopt::Parser) -> Result<(), Failure> {
        let mut given = Arguments { command: self.name, ..Arguments::default() };
        while let Some(arg) = parser.next()? {
            let among = |names: &[&'static str]| names.iter().copied().find(|&name| arg == Long(name));
            if let Some(name) = among(self.options) {
                if given.values.insert(name, parser.value()?).is_some() {
                    return Err(Failure::bad_input(format!("--{name} is given twice")));
                }
            } else if let Some(name) = among(self.flags) {
                given.flags.insert(name);
            } else {
                match arg {
                    Value(operand) if !matches!(self.operands, Operands::None) => {
                        given.operands.push(operand)
                    }
                    other => {
                        let names = [self.options, self.flags].concat();
                        return help_or_refuse(other, self.help, &names);
                    }
                }
            }
        }
        (self.run)(given)
    }
}

impl Arguments {
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    pub(crate) fn take(&mut self, option: &str) -> Option<OsString> {
        self.values.remove(option)
    }

    pub(crate) fn take_required(&mut self, option: &str) -> Result<OsString, Failure> {
        self.take(option)
            .ok_or_else(|| Failure::bad_input(format!("--{option} is missing, see {} --help", self.command)))
    }

    pub(crate) fn take_text(&mut self, option: &str) -> Result<Option<String>, Failure> {
        self.take(option).map(|value| text(&format!("--{option}"), value)).transpose()
    }

    pub(crate) fn take_required_text(&mut self, option: &str) -> Result<String, Failure> {
        text(&format!("--{option}"), self.take_required(option)?)
    }
}

/// The value of the option or variable `name` as text.
pub(crate) fn text(name: &str, value: OsString) -> Result<String, Failure> {
    value.into_string().map_err(|_| Failure::bad_input(format!("{name} is not UTF-8")))
}

/// Handles an argument that the command does not take: prints the help if it asks for that, otherwise fails. `names` are the
/// options that the command takes.
pub(crate) fn help_or_refuse(arg: lexopt::Arg<'_>, help: &str, names: &[&str]) -> Result<(), Failure> {
    match arg {
        Short('h') | Long("help") => output::print(help.as_bytes()),
        // The argument is not printed: it can be a secret that was typed by mistake, and stderr can go to a log.
        Value(_) => Err(Failure::bad_input("an argument without an option, see --help")),
        option => {
            let meant = match option {
                Long(name) => suggestion(name, names.iter().copied().chain(["help"]), "--"),
                _ => String::new(),
            };
            Err(Failure::bad_input(format!("{}{meant}", option.unexpected())))
        }
    }
}

/// The end of a message that suggests the most similar name, if one is similar enough.
pub(crate) fn suggestion<'a>(given: &str, names: impl Iterator<Item = &'a str>, prefix: &str) -> String {
    let near = names.map(|name| (strsim::osa_distance(given, name), name)).min();
    match near {
        Some((distance, name)) if 3 * distance <= name.len() => format!("; did you mean {prefix}{name}?"),
        _ => String::new(),
    }
}

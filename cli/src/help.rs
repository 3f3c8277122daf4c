//! The help texts as data, for the completions and the man page.

/// A row of a help text: a term, and what it is.
pub(crate) struct Row<'a> {
    pub(crate) term: &'a str,
    pub(crate) text: String,
}

/// The rows under a heading.
pub(crate) fn rows_under<'a>(help: &'a str, heading: &str) -> Vec<Row<'a>> {
    help.split("\n\n")
        .find_map(|block| rows(block.strip_prefix(heading)?.strip_prefix(":\n")?))
        .unwrap_or_default()
}

/// Parses indented lines as rows: two spaces, the term, at least two spaces, and the text, which continues in lines that are
/// indented further.
pub(crate) fn rows(lines: &str) -> Option<Vec<Row<'_>>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for line in lines.lines() {
        let line = line.strip_prefix("  ")?;
        if line.starts_with(' ') {
            let text = &mut rows.last_mut()?.text;
            text.push(' ');
            text.push_str(line.trim());
        } else {
            let (term, text) = line.split_once("  ")?;
            rows.push(Row { term, text: text.trim().to_owned() });
        }
    }
    Some(rows)
}

/// An option of a command, without its hyphens.
pub(crate) struct HelpOption<'a> {
    pub(crate) name: &'a str,
    /// The name of its value in the help, if it takes one.
    pub(crate) value: Option<&'a str>,
    /// A short description.
    pub(crate) text: String,
}

impl HelpOption<'_> {
    pub(crate) fn takes_path(&self) -> bool {
        matches!(self.value, Some("FILE" | "PATH"))
    }
}

/// The options in a command's help, except `--help`.
pub(crate) fn options(help: &str) -> Vec<HelpOption<'_>> {
    rows_under(help, "Options")
        .into_iter()
        .filter_map(|Row { term, text }| {
            let term = term.strip_prefix("--")?;
            let (name, value) = term.split_once(' ').map_or((term, None), |(name, it)| (name, Some(it)));
            Some(HelpOption { name, value, text: in_short(&text) })
        })
        .collect()
}

/// The beginning of a text, without the details.
pub(crate) fn in_short(text: &str) -> String {
    text.split([';', ':', '(']).next().unwrap_or(text).split(". ").next().unwrap_or(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_help_lists_exactly_the_commands_and_options_that_exist() {
        let listed: Vec<_> = super::rows_under(crate::HELP, "Commands").iter().map(|row| row.term).collect();
        assert_eq!(listed, crate::COMMANDS.map(|command| command.name));
        for command in crate::COMMANDS {
            let (values, flags): (Vec<_>, Vec<_>) =
                super::options(command.help).into_iter().partition(|option| option.value.is_some());
            let names = |options: Vec<super::HelpOption<'_>>| -> Vec<String> {
                options.iter().map(|option| option.name.to_owned()).collect()
            };
            assert_eq!(
                (names(values), names(flags)),
                (
                    command.options.iter().map(|&name| name.to_owned()).collect(),
                    command.flags.iter().map(|&name| name.to_owned()).collect(),
                )
            );
        }
    }
}

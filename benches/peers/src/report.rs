//! What came out: as a table and as a picture.

use crate::contestants::{Contestant, OURS, Operation};
use std::fmt::Write as _;
use std::{env, fs, process};

const BEGIN: &str = "<!-- peers: written by benches/peers -->\n";
const END: &str = "<!-- peers: end -->\n";

/// The versions that ran.
const LOCK: &str = include_str!("../Cargo.lock");

/// The operations, and what a picture calls them.
const POWER: &str = "2^x mod N, x of 256 bits";
const VERIFIER: &str = "Verifier from group key, device key, secret and salt";

/// The colours of a picture.
pub struct Colours {
    page: &'static str,
    text: &'static str,
    ours: &'static str,
    peer: &'static str,
}

/// For a light page.
pub const LIGHT: Colours = Colours { page: "#ffffff", text: "#1f2328", ours: "#0969da", peer: "#8c959f" };

/// For a dark page.
pub const DARK: Colours = Colours { page: "#0d1117", text: "#e6edf3", ours: "#4493f8", peer: "#8c959f" };

/// Contestants with their versions and their times in seconds, the first of them ours.
pub struct Report<'a> {
    lines: Vec<Line<'a>>,
    caption: String,
}

struct Line<'a> {
    of: &'a Contestant,
    version: &'a str,
    power: Result<f64, &'a str>,
    verifier: Result<f64, &'a str>,
}

impl<'a> Report<'a> {
    pub fn new(contestants: &'a [Contestant]) -> Self {
        let median = |operation: &'a Operation| operation.as_ref().map(|of| of.median()).map_err(|why| *why);
        let lines = contestants.iter().map(|of| Line {
            of,
            version: version(of.name),
            power: median(&of.power),
            verifier: median(&of.verifier),
        });
        let caption = format!(
            "Medians of CPU time in one thread, on {} ({}), with OpenSSL {}, {}.",
            processor(),
            env::consts::ARCH,
            openssl::version::version().split(' ').nth(1).unwrap_or("unknown"),
            compiler(),
        );
        Self { lines: lines.collect(), caption }
    }

    /// In Markdown.
    pub fn table(&self) -> String {
        let mut table =
            "| crate | version | backend or function | constant time | 2^x mod N | against ours | verifier | against ours |\n\
            |---|---|---|---|---|---|---|---|\n"
                .to_owned();
        let ours = &self.lines[0];
        let cells = |time: Result<f64, &str>, ours: Result<f64, &str>| match (time, ours) {
            (Ok(time), Ok(ours)) => format!("{} | {:.2}", microseconds(time), time / ours),
            (Err(why), _) | (_, Err(why)) => format!("{why} | "),
        };
        for Line { of, version, power, verifier } in &self.lines {
            let constant_time = if of.constant_time { "yes" } else { "no" };
            let (power, verifier) = (cells(*power, ours.power), cells(*verifier, ours.verifier));
            let (name, by) = (of.name, &of.by);
            // writing to a String cannot fail
            let _ =
                writeln!(table, "| `{name}` | {version} | {by} | {constant_time} | {power} | {verifier} |");
        }
        format!("{table}\n{}\n", self.caption)
    }

    /// In SVG, with bars from zero whose lengths are the times, the shortest first.
    pub fn picture(&self, colours: &Colours) -> String {
        let Colours { page, text, ours, peer } = colours;
        let mut y = 34;
        let power = self.bars(POWER, |line| line.power, &mut y);
        let verifier = self.bars(VERIFIER, |line| line.verifier, &mut y);
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {height}" width="800" height="{height}" role="img" aria-labelledby="title desc">
<title id="title">cognito-device-srp beside other crates: less is faster</title>
<desc id="desc">Bars of the time for 2^x mod N and for a whole verifier, the fastest first. {caption}</desc>
<style>
text {{ font: 13px system-ui, sans-serif; fill: {text} }}
.heading {{ font-weight: 600 }}
.caption {{ font-size: 11px }}
.page {{ fill: {page} }}
.ours {{ fill: {ours} }}
.peer {{ fill: {peer} }}
.variable {{ fill-opacity: 0.55 }}
</style>
<rect width="800" height="{height}" class="page"/>
{power}{verifier}<text x="16" y="{y}" class="caption">{caption}</text>
</svg>
"##,
            height = y + 16,
            caption = escaped(&self.caption),
        )
    }

    /// The part of the picture for one operation, from `y` on.
    fn bars(&self, heading: &str, time: impl Fn(&Line<'a>) -> Result<f64, &'a str>, y: &mut u32) -> String {
        let mut bars: Vec<_> = self.lines.iter().filter_map(|line| Some((line, time(line).ok()?))).collect();
        bars.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        let longest = bars.last().map_or(1.0, |(_, time)| *time);
        let mut svg = format!("<text x=\"16\" y=\"{y}\" class=\"heading\">{heading}</text>\n");
        for (Line { of, version, .. }, time) in bars {
            *y += 24;
            let name = of.name;
            let (class, label) = match of.constant_time {
                _ if name == OURS => ("ours", format!("{name}, {}", of.by.replace('`', ""))),
                true => ("peer", format!("{name} {version}")),
                false => ("peer variable", format!("{name} {version} (not constant time)")),
            };
            let (width, top, time) = (400.0 * time / longest, *y - 13, microseconds(time));
            // writing to a String cannot fail
            let _ = write!(
                svg,
                r#"<text x="300" y="{y}" text-anchor="end">{label}</text>
<rect x="308" y="{top}" width="{width:.1}" height="17" class="{class}"/>
<text x="{:.1}" y="{y}">{time}</text>
"#,
                314.0 + width,
            );
        }
        *y += 44;
        svg
    }
}

/// `text` with `table` and the picture between the markers.
pub fn between_markers(text: &str, table: &str) -> Result<String, &'static str> {
    let (before, rest) = text.split_once(BEGIN).ok_or("docs/benchmarks.md has lost the first marker")?;
    let (_, after) = rest.split_once(END).ok_or("docs/benchmarks.md has lost the last marker")?;
    Ok(format!("{before}{BEGIN}{table}{END}{after}"))
}

/// Three digits and more.
fn microseconds(seconds: f64) -> String {
    let time = seconds * 1e6;
    if time < 100.0 { format!("{time:.1} us") } else { format!("{time:.0} us") }
}

/// The newest version of a package that is locked here.
fn version(name: &str) -> &'static str {
    let key = format!("name = \"{name}\"\nversion = \"");
    LOCK.rsplit_once(&key)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("unknown", |(version, _)| version)
}

/// The name that the system has for it.
fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| "an unknown processor".into(), |(_, name)| name.trim().into())
}

/// As it names itself.
fn compiler() -> String {
    let output = process::Command::new("rustc").arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.split(" (").next().filter(|name| !name.is_empty()).unwrap_or("an unknown rustc").into()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

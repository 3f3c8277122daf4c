//! docs/constant-time.md lists each place where something secret is made public.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many calls of each name there are in each file.
type Calls = BTreeMap<(String, String), usize>;

const PAGE: &str = include_str!("../docs/constant-time.md");

/// The calls in Rust code up to its unit tests.
fn calls_in(file: &str, code: &str) -> Calls {
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut calls = Calls::new();
    for (at, _) in code.match_indices('(') {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let before = code[..at].trim_end_matches(is_of_name);
        let name = &code[before.len()..at];
        let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
        let is_call = !before.ends_with("fn ") && !line.contains("//");
        if is_call && (name == "declassify" || name == "reveal" || name.starts_with("reveal_")) {
            *calls.entry((file.to_owned(), name.to_owned())).or_default() += 1;
        }
    }
    calls
}

/// The calls of the page's table: `file` | number `name`, ...
fn calls_of(page: &str) -> Calls {
    let mut calls = Calls::new();
    for row in page.lines().filter(|line| line.starts_with("| `src/")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [_, file, listed, reason, _] = *cells else { panic!("three cells: {row}") };
        assert!(!reason.is_empty(), "no reason: {row}");
        for call in listed.split(", ") {
            let (count, name) = call.split_once(' ').expect("a number and a name");
            let key = (file.trim_matches('`').to_owned(), name.trim_matches('`').to_owned());
            *calls.entry(key).or_default() += count.parse::<usize>().expect("a number");
        }
    }
    calls
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.chain(folders.iter().flat_map(|folder| rust_files(folder))).collect()
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
    let files = rust_files(&root.join("src"));
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

fn calls_in_all(sources: &[(String, String)]) -> Calls {
    sources.iter().flat_map(|(file, code)| calls_in(file, code)).collect()
}

#[test]
fn the_page_lists_exactly_the_values_that_become_public() {
    assert_eq!(calls_of(PAGE), calls_in_all(&sources()));
}

#[test]
fn an_added_or_a_removed_call_is_found() {
    let listed = calls_of(PAGE);
    let mut more = sources();
    more[0].1.insert_str(0, "fn planted(x: &[u8]) { ct::declassify(x) }\n");
    assert_ne!(listed, calls_in_all(&more));
    let mut less = sources();
    let (_, code) = less.iter_mut().find(|(file, _)| file == "src/srp/verifier.rs").unwrap();
    *code = code.replace("reveal_equal", "is_equal");
    assert_ne!(listed, calls_in_all(&less));
}

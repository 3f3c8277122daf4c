//! The order of the modules: data flows one way through the crate, and imports go that way. Read from the sources.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A module and those of the crate that it may import, besides its own parts.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("hygiene", &[]),
    ("encoding", &["hygiene"]),
    ("entropy", &["error", "hygiene"]),
    ("metadata", &["error"]),
    ("secret", &["encoding", "error", "hygiene"]),
    ("hash", &["hygiene"]),
    ("arithmetic", &["encoding", "hygiene"]),
    (
        "sign_in",
        &["arithmetic", "config", "encoding", "entropy", "error", "hash", "hygiene", "metadata", "secret"],
    ),
    (
        "config",
        &["arithmetic", "encoding", "entropy", "error", "hash", "hygiene", "metadata", "secret", "sign_in"],
    ),
    ("capi", &["arithmetic", "config", "error", "hygiene", "metadata", "secret", "sign_in"]),
    ("bigint", &["config"]),
    ("serde", &["config", "secret", "sign_in"]),
    ("confirm_device", &["config", "error", "metadata"]),
    ("aws_sdk", &["config", "confirm_device", "error", "metadata", "sign_in"]),
    ("internals", &["*"]),
    ("lib", &["*"]),
];

/// Words that one module alone may say, outside tests.
const NAMED_ONLY_BY: &[(&str, &[&str])] = &[
    ("sha2::", &["hash"]),
    ("hkdf::", &["hash"]),
    ("hmac::", &["hash"]),
    ("num_bigint", &["bigint"]),
    ("unsafe", &["arithmetic", "capi", "encoding", "hygiene"]),
    ("aws_sdk_cognitoidentityprovider", &["aws_sdk"]),
    ("std::", &["arithmetic", "aws_sdk"]),
    // a way round the list: parts name what is above their module by crate::
    ("super::super", &[]),
];

/// The name that a path begins with, or the first names of a list in braces, whatever lists stand within it.
fn first_names(path: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let (mut depth, mut named) = (0, false);
    for c in path.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {
                names.push(String::new());
                named = false;
                continue;
            }
            'A'..='Z' | 'a'..='z' | '0'..='9' | '_' if !named && depth <= 1 => {
                names.last_mut().unwrap().push(c)
            }
            _ => named |= !c.is_whitespace(),
        }
        if depth == 0 && (named || c == '}') {
            break;
        }
    }
    names
}

/// What is wrong with the source of a module.
fn violations(module: &str, source: &str) -> Vec<String> {
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
        return vec![format!("{module} is not in the list")];
    };
    // tests stand last in a file; comments say what they like
    let code: String = source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut wrong = Vec::new();
    for after in code.split("crate::").skip(1) {
        for name in first_names(after) {
            // a type by its public name comes by way of lib, whatever module it is of
            let by_lib = name.starts_with(|c: char| c.is_ascii_uppercase());
            let known = by_lib || MAY_IMPORT.iter().any(|(module, _)| *module == name);
            if known && name != module && !allowed.contains(&name.as_str()) && *allowed != ["*"] {
                wrong.push(format!("{module} imports {name}"));
            }
        }
    }
    for (word, only) in NAMED_ONLY_BY {
        if code.contains(word) && !only.contains(&module) {
            wrong.push(format!("{module} says {word}"));
        }
    }
    wrong
}

/// The sources, by the module at the crate's root that they belong to.
fn sources(folder: &Path, module: Option<&str>, to: &mut BTreeMap<String, Vec<String>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = module.unwrap_or(&stem);
        if path.is_dir() {
            sources(&path, Some(module), to);
        } else if path.extension().is_some_and(|e| e == "rs") && stem != "tests" {
            to.entry(module.to_owned()).or_default().push(fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn imports_go_one_way() {
    let mut modules = BTreeMap::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), None, &mut modules);
    assert!(modules.len() > 12);
    let wrong: Vec<_> = modules
        .iter()
        .flat_map(|(name, files)| files.iter().flat_map(|file| violations(name, file)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_check_finds_what_it_is_for() {
    for (module, source) in [
        ("hash", "use crate::arithmetic::residue::Residue;"),
        ("encoding", "use crate::{hygiene, hash};"),
        ("encoding", "use crate::{\n    hygiene::ct::{Mask, reveal},\n    hash,\n};"),
        ("hash", "use crate::Error;"),
        ("sign_in", "use super::super::capi;"),
        ("arithmetic", "fn f() { crate::config::g() }"),
        ("config", "use sha2::Sha256;"),
        ("arithmetic", "use num_bigint::BigUint;"),
        ("secret", "unsafe { core::hint::unreachable_unchecked() }"),
        ("secret", "use std::vec::Vec;"),
        ("another", ""),
    ] {
        assert!(!violations(module, source).is_empty(), "{module}: {source}");
    }
    let fine = "// sha2::Sha256\nuse crate::hygiene::ct;\n#[cfg(test)]\nmod tests {\n use crate::config;\n}";
    assert_eq!(violations("encoding", fine), Vec::<String>::new());
}

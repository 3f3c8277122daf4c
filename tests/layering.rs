//! The layers of the crate: each folder of src/ imports only from those above it, and there is no loop of imports.
//! The test reads the tokens of the sources, also inside macros.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The folders and files of src/, the lowest layer first.
const ORDER: &[&str] = &[
    "error",
    "hygiene",
    "encoding",
    "entropy",
    "arithmetic",
    "srp",
    "device",
    "service",
    "capi",
    "aws_sdk",
    "bigint",
    "internals",
    "guide",
    "lib",
];

/// Words that only some files or folders may say.
const NAMED_ONLY_BY: &[(&str, &[&str])] = &[
    ("sha2", &["srp/hash"]),
    ("hkdf", &["srp/hash"]),
    ("hmac", &["srp/hash"]),
    ("num_bigint", &["bigint"]),
    ("aws_sdk_cognitoidentityprovider", &["aws_sdk"]),
    ("unsafe", &["hygiene", "encoding", "arithmetic", "capi"]),
];

/// The sources by their paths below src/.
type Sources = BTreeMap<String, String>;
type Names = Vec<String>;

/// A module and the names in it.
#[derive(Default)]
struct Module {
    file: String,
    /// Where the files of its children are.
    folder: String,
    parent: usize,
    children: Vec<(String, usize)>,
    /// What it defines, a macro as `name!` too.
    items: BTreeSet<String>,
    /// What `use` brings in: a name and its path. The name of a glob is `*`.
    imports: Vec<(String, Names)>,
    /// Paths of two names or more outside of `use`.
    paths: Vec<Names>,
    macro_calls: Vec<String>,
    words: BTreeSet<String>,
}

/// What a path names.
#[derive(Clone, Copy)]
enum Place {
    Module(usize),
    ItemOf(usize),
}

/// The tree of modules, the root first.
struct Crate<'a> {
    sources: &'a Sources,
    modules: Vec<Module>,
}

fn ident(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// Whether `::` and a name stand at `tokens[at..]`.
fn path_goes_on(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':' && p.spacing() == Spacing::Joint)
        && is_punct(tokens.get(at + 1), ':')
        && ident(tokens.get(at + 2)).is_some()
}

/// Adds what the tree of a `use` brings in to `imports`.
fn read_use(tree: TokenStream, prefix: &[String], imports: &mut Vec<(String, Names)>) {
    let tokens: Vec<_> = tree.into_iter().collect();
    // behind the last comma of a list may be nothing
    for branch in tokens.split(|token| is_punct(Some(token), ',')).filter(|branch| !branch.is_empty()) {
        let mut path = prefix.to_vec();
        let mut name = None;
        let mut tokens = branch.iter();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "as" => name = ident(tokens.next()),
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Group(group) => read_use(group.stream(), &std::mem::take(&mut path), imports),
                token if is_punct(Some(token), '*') => name = Some("*".to_owned()),
                _ => {}
            }
        }
        if let Some(last) = path.last() {
            imports.push((name.unwrap_or(last.clone()), path));
        }
    }
}

impl<'a> Crate<'a> {
    fn read(sources: &'a Sources) -> Self {
        let mut read = Crate { sources, modules: Vec::new() };
        read.add_file("lib.rs", String::new(), 0);
        read
    }

    fn add_file(&mut self, file: &str, folder: String, parent: usize) -> usize {
        let source = self.sources.get(file).unwrap_or_else(|| panic!("no src/{file}"));
        let tokens = source.parse().unwrap_or_else(|e| panic!("src/{file}: {e}"));
        self.add_module(file.to_owned(), folder, parent, tokens)
    }

    fn add_module(&mut self, file: String, folder: String, parent: usize, tokens: TokenStream) -> usize {
        let module = self.modules.len();
        self.modules.push(Module { file, folder, parent, ..Module::default() });
        self.scan(module, tokens, true);
        module
    }

    /// Reads code of a module. Items count as the module's if they are not in a function, an impl or a macro.
    fn scan(&mut self, module: usize, code: TokenStream, items_count: bool) {
        let tokens: Vec<_> = code.into_iter().collect();
        // of the item that follows, without blanks
        let mut attributes = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let here = at;
            at += 1;
            let word = match &tokens[here] {
                TokenTree::Group(group) => {
                    if group.delimiter() == Delimiter::Brace {
                        attributes.clear();
                    }
                    self.scan(module, group.stream(), false);
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    at += usize::from(is_punct(tokens.get(at), '!'));
                    let text = tokens.get(at).map(|group| group.to_string()).unwrap_or_default();
                    attributes.push(text.replace(char::is_whitespace, ""));
                    at += 1;
                    continue;
                }
                TokenTree::Punct(punct) => {
                    if punct.as_char() == ';' {
                        attributes.clear();
                    }
                    continue;
                }
                TokenTree::Ident(word) => word.to_string(),
                TokenTree::Literal(_) => continue,
            };
            let next = ident(tokens.get(at));
            let this = &mut self.modules[module];
            match (word.as_str(), next) {
                ("pub", _) if matches!(tokens.get(at), Some(TokenTree::Group(_))) => at += 1,
                ("mod", Some(name)) => {
                    at += 2;
                    let for_tests =
                        attributes.iter().any(|a| a == "[cfg(test)]" || a.starts_with("[cfg(all(test,"));
                    if !for_tests {
                        self.add_child(module, name, &attributes, &tokens[at - 1]);
                    }
                    attributes.clear();
                }
                ("use", _) if !is_punct(tokens.get(at), '<') => {
                    let end =
                        (at..tokens.len()).find(|i| is_punct(tokens.get(*i), ';')).unwrap_or(tokens.len());
                    read_use(tokens[at..end].iter().cloned().collect(), &[], &mut this.imports);
                    at = end;
                }
                ("macro_rules", _) if is_punct(tokens.get(at), '!') => {
                    let name = ident(tokens.get(at + 1)).unwrap();
                    this.items.extend([format!("{name}!"), name]);
                    at += 2;
                }
                ("struct" | "enum" | "union" | "trait" | "type" | "fn" | "const" | "static", Some(name))
                    if items_count =>
                {
                    this.items.insert(name);
                }
                _ => {
                    let mut path = vec![word];
                    while path_goes_on(&tokens, at) {
                        path.extend(ident(tokens.get(at + 2)));
                        at += 3;
                    }
                    this.words.extend(path.iter().cloned());
                    let of_macro = here > 0 && is_punct(tokens.get(here - 1), '$') && path[0] != "crate";
                    if path.len() > 1 && !of_macro {
                        this.paths.push(path);
                    } else if path.len() == 1 && is_punct(tokens.get(at), '!') {
                        this.macro_calls.extend(path);
                    }
                }
            }
        }
    }

    /// Reads `mod name;` or `mod name { .. }`.
    fn add_child(&mut self, module: usize, name: String, attributes: &[String], body: &TokenTree) {
        let Module { file, folder, .. } = &self.modules[module];
        let below = format!("{folder}{name}/");
        let child = if let TokenTree::Group(group) = body {
            self.add_module(file.clone(), below, module, group.stream())
        } else {
            let given = attributes.iter().find_map(|a| a.strip_prefix("[path=\"")?.strip_suffix("\"]"));
            let file = match given {
                Some(path) => match file.rsplit_once('/') {
                    Some((beside, _)) => format!("{beside}/{path}"),
                    None => path.to_owned(),
                },
                None if self.sources.contains_key(&format!("{folder}{name}.rs")) => {
                    format!("{folder}{name}.rs")
                }
                None => format!("{below}mod.rs"),
            };
            self.add_file(&file, below, module)
        };
        self.modules[module].children.push((name, child));
    }

    /// What `path` in the module `from` names, through whatever re-exports; nothing if it is of another crate.
    fn resolve(&self, from: usize, path: &[String], steps: usize) -> Option<Place> {
        let mut place = Place::Module(from);
        for (i, name) in path.iter().enumerate() {
            let Place::Module(module) = place else { break };
            place = match name.as_str() {
                "crate" => Place::Module(0),
                "self" => Place::Module(module),
                "super" => Place::Module(self.modules[module].parent),
                _ => match self.look_up(module, name, steps) {
                    None if i == 0 => return None,
                    found => found.unwrap_or(Place::ItemOf(module)),
                },
            };
        }
        Some(place)
    }

    fn look_up(&self, module: usize, name: &str, steps: usize) -> Option<Place> {
        // imports may lead in a circle
        let steps = steps.checked_sub(1)?;
        let Module { children, items, imports, .. } = &self.modules[module];
        if let Some((_, child)) = children.iter().find(|(child, _)| child == name) {
            return Some(Place::Module(*child));
        }
        if items.contains(name) {
            return Some(Place::ItemOf(module));
        }
        if let Some((_, path)) = imports.iter().find(|(import, path)| import == name && *path != [name]) {
            return self.resolve(module, path, steps);
        }
        imports.iter().filter(|(import, _)| import == "*").find_map(|(_, path)| {
            match self.resolve(module, path, steps)? {
                Place::Module(globbed) if globbed != module => self.look_up(globbed, name, steps),
                _ => None,
            }
        })
    }

    /// The pairs of files of which the first imports from the second.
    fn edges(&self) -> BTreeSet<(String, String)> {
        let mut edges = BTreeSet::new();
        for (id, module) in self.modules.iter().enumerate() {
            let paths = module.imports.iter().map(|(_, path)| path).chain(&module.paths);
            let named = paths.filter_map(|path| self.resolve(id, path, 16)).map(|place| match place {
                Place::Module(target) | Place::ItemOf(target) => target,
            });
            // a macro without a path is of this module or of one around it
            let called = module.macro_calls.iter().filter_map(|name| {
                std::iter::successors(Some(id), |m| (*m > 0).then(|| self.modules[*m].parent))
                    .find(|m| self.modules[*m].items.contains(&format!("{name}!")))
            });
            for target in named.chain(called) {
                edges.insert((module.file.clone(), self.modules[target].file.clone()));
            }
        }
        edges.retain(|(from, to)| from != to);
        edges
    }
}

/// `arithmetic/backend/mod.rs` as arithmetic, backend.
fn module_path(file: &str) -> Vec<&str> {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
}

/// Leaves the edges that are part of a loop or lie between two.
fn retain_loops(edges: &mut BTreeMap<(&str, &str), String>) {
    loop {
        let before = edges.len();
        let from: BTreeSet<_> = edges.keys().map(|(from, _)| *from).collect();
        let to: BTreeSet<_> = edges.keys().map(|(_, to)| *to).collect();
        edges.retain(|(a, b), _| to.contains(a) && from.contains(b));
        if edges.len() == before {
            return;
        }
    }
}

/// What is wrong with the layers of a crate.
fn violations(sources: &Sources) -> Vec<String> {
    let mut wrong = Vec::new();
    let rank = |top: &str| ORDER.iter().position(|layer| *layer == top);
    for top in sources.keys().map(|file| module_path(file)[0]).collect::<BTreeSet<_>>() {
        if rank(top).is_none() {
            wrong.push(format!("{top} has no place in the order"));
        }
    }
    // by folder, what its files and folders import from each other: if no folder has a loop, then there is none of files
    let mut folders = BTreeMap::<_, BTreeMap<_, _>>::new();
    let edges = Crate::read(sources).edges();
    for (from, to) in &edges {
        let (a, b) = (module_path(from), module_path(to));
        let folder: Vec<_> = a.iter().zip(&b).take_while(|(a, b)| a == b).map(|(a, _)| *a).collect();
        let entries = (*a.get(folder.len()).unwrap_or(&"mod.rs"), *b.get(folder.len()).unwrap_or(&"mod.rs"));
        let import = format!("{from} imports {to}");
        if folder.is_empty() {
            if rank(a[0]) <= rank(b[0]) {
                wrong.push(format!("{import}, which is not above it"));
            }
        } else {
            folders.entry(folder).or_default().insert(entries, import);
        }
    }
    for (folder, mut imports) in folders {
        retain_loops(&mut imports);
        if !imports.is_empty() {
            let imports: Vec<_> = imports.into_values().collect();
            wrong.push(format!("a loop in {}: {}", folder.join("/"), imports.join(", ")));
        }
    }
    wrong
}

/// What names a word that is not for it.
fn misplaced_words(sources: &Sources) -> Vec<String> {
    let mut wrong = Vec::new();
    for module in Crate::read(sources).modules {
        let imported = module.imports.iter().flat_map(|(_, path)| path);
        let named: BTreeSet<_> = imported.chain(module.paths.iter().flatten()).chain(&module.words).collect();
        for (word, only) in NAMED_ONLY_BY {
            let place = Path::new(&module.file).with_extension("");
            if named.contains(&(*word).to_owned()) && !only.iter().any(|allowed| place.starts_with(allowed)) {
                wrong.push(format!("{} says {word}", module.file));
            }
        }
    }
    wrong
}

/// The sources in a folder below src/. The program's are in a crate of their own.
fn read_folder(folder: &Path, below: &str, sources: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{below}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), sources);
        } else if name.ends_with(".rs") {
            sources.insert(name, fs::read_to_string(path).unwrap());
        }
    }
}

fn sources_of_the_crate() -> Sources {
    let mut sources = Sources::new();
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut sources);
    sources
}

#[test]
fn each_layer_imports_only_from_those_above_it() {
    let sources = sources_of_the_crate();
    // else the paths are not read
    assert!(Crate::read(&sources).edges().len() > 50);
    let wrong = violations(&sources);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn restricted_words_occur_only_in_their_places() {
    let wrong = misplaced_words(&sources_of_the_crate());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A crate of a few layers in which nothing is wrong, and in it the files given.
fn with_planted(files: &[(&str, &str)]) -> Sources {
    [
        (
            "lib.rs",
            "mod error; mod hygiene; mod arithmetic; mod srp; pub use error::Error; pub use srp::Salt;",
        ),
        ("error.rs", "/// Of crate::srp::Salt.\npub enum Error { Input }"),
        ("hygiene/mod.rs", "pub(crate) mod ct; pub(crate) mod wipe;"),
        ("hygiene/ct.rs", "#[cfg(test)] mod tests { use crate::srp::Salt; }"),
        ("hygiene/wipe.rs", "use super::ct; // crate::srp::Salt"),
        ("arithmetic/mod.rs", "mod residue; mod backend; mod power; pub(crate) use power::pow;"),
        ("arithmetic/residue.rs", "pub(in crate::srp) struct Residue;"),
        ("arithmetic/backend/mod.rs", "mod contract; mod limbs; pub(crate) use contract::Contract;"),
        ("arithmetic/backend/contract.rs", "pub(crate) trait Contract {}"),
        ("arithmetic/backend/limbs.rs", "use super::Contract; use crate::arithmetic::residue::Residue;"),
        ("arithmetic/power.rs", "use super::backend::{self, Contract as _}; pub(crate) fn pow() {}"),
        ("srp/mod.rs", "mod salt; pub use salt::Salt;"),
        ("srp/salt.rs", "use crate::{Error, hygiene::{ct, wipe::*}}; pub struct Salt;"),
    ]
    .iter()
    .chain(files)
    .map(|(file, source)| ((*file).to_owned(), (*source).to_owned()))
    .collect()
}

#[test]
fn a_crate_without_a_fault_passes() {
    let sources = with_planted(&[]);
    assert_eq!(violations(&sources), Vec::<String>::new());
    assert_eq!(misplaced_words(&sources), Vec::<String>::new());
    let file = |name: &str| format!("{name}.rs");
    for (from, to) in [
        ("srp/salt", "error"),
        ("srp/salt", "hygiene/wipe"),
        ("arithmetic/backend/limbs", "arithmetic/backend/contract"),
        ("arithmetic/power", "arithmetic/backend/contract"),
        ("arithmetic/power", "arithmetic/backend/mod"),
    ] {
        assert!(Crate::read(&sources).edges().contains(&(file(from), file(to))), "{from} {to}");
    }
}

#[test]
fn an_import_upwards_is_found() {
    let expected = "arithmetic/residue.rs imports srp/salt.rs, which is not above it";
    for source in [
        "use crate::srp::salt::Salt;",
        "use crate::srp::Salt;",
        "use crate::Salt;",
        "use crate::Salt as Pepper;",
        "use crate::{error::Error, hygiene::{ct, wipe}, srp::{salt::{self, Salt}}};",
        "use crate::srp::salt::*;",
        "use super::super::srp::{salt};",
        "mod inner { use super::super::super::Salt; }",
        "fn f() { use crate::Salt; }",
        "fn f() -> bool { crate::srp::salt::g::<u8>() }",
        "impl From<u8> for super::super::Salt {}",
        "use crate::{self as whole}; fn f(_: whole::Salt) {}",
        "use super::super::*; fn f(_: srp::Salt) {}",
        "macro_rules! m { ($x:ident) => { $crate::srp::Salt::$x() } }",
        "fn f() { println!(\"{:?}\", [crate::srp::Salt]); }",
        "#[cfg(any(test, unix))] mod inner { use crate::Salt; }",
    ] {
        let wrong = violations(&with_planted(&[("arithmetic/residue.rs", source)]));
        assert!(wrong.contains(&expected.to_owned()), "{source}: {wrong:?}");
    }
}

#[test]
fn a_loop_is_found() {
    let (ct, limbs, backend) = ("hygiene/ct.rs", "arithmetic/backend/limbs.rs", "arithmetic/backend/mod.rs");
    for (folder, files) in [
        ("hygiene", [(ct, "use super::wipe::wipe;"), ("error.rs", "")]),
        ("hygiene", [(ct, "macro_rules! m { () => { $crate::hygiene::wipe::f() } }"), ("error.rs", "")]),
        ("hygiene", [(ct, "fn f() { debug_assert!(super::wipe::f()) }"), ("error.rs", "")]),
        // of a folder and a file beside it
        ("arithmetic", [(limbs, "fn f() { crate::arithmetic::pow() }"), ("error.rs", "")]),
        ("arithmetic", [(limbs, "use crate::arithmetic::*; fn f() { power::pow() }"), ("error.rs", "")]),
        // of a folder's own file and one in the folder
        (
            "arithmetic/backend",
            [(backend, "mod limbs; trait Contract: limbs::Limb {}"), (limbs, "use super::Contract;")],
        ),
        (
            "arithmetic/backend",
            [
                (backend, "macro_rules! m { () => { $crate::arithmetic::backend::limbs::f() } } mod limbs;"),
                (limbs, "fn f() { m!() }"),
            ],
        ),
    ] {
        let wrong = violations(&with_planted(&files));
        let expected = format!("a loop in {folder}: ");
        assert!(wrong.iter().any(|w| w.starts_with(&expected)), "{files:?}: {wrong:?}");
    }
}

#[test]
fn a_file_without_a_place_is_found() {
    let wrong = violations(&with_planted(&[("helpers.rs", "")]));
    assert_eq!(wrong, ["helpers has no place in the order"]);
}

#[test]
fn a_misplaced_word_is_found() {
    for source in ["use sha2::Sha256;", "type H = ::sha2::Sha256;", "mod inner { use { sha2 as hash }; }"] {
        let wrong = misplaced_words(&with_planted(&[("srp/salt.rs", source)]));
        assert_eq!(wrong, ["srp/salt.rs says sha2"], "{source}");
    }
    let wrong = misplaced_words(&with_planted(&[("srp/salt.rs", "fn f() { unsafe { g() } }")]));
    assert_eq!(wrong, ["srp/salt.rs says unsafe"]);
}

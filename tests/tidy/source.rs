//! The source as the rules see it: without comments, texts and unit tests.

use std::fs;
use std::path::Path;

/// A file of Rust.
pub(crate) struct Source {
    /// Its path from the package's root, with `/`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

impl Source {
    /// The first folder or file below `src`: `store`, `main`.
    pub(crate) fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside
            .split('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".rs")
    }

    /// Whether it holds tests only.
    pub(crate) fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.starts_with("benches/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
    }

    /// What runs in production, line for line: comments and texts blanked, unit tests cut off.
    pub(crate) fn code(&self) -> String {
        if self.is_test() {
            String::new()
        } else {
            without_unit_tests(&bare(&self.text))
        }
    }
}

/// Unit tests stand last.
fn without_unit_tests(text: &str) -> String {
    let start = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..start].to_owned()
}

/// The text with comments and the insides of string literals turned to blanks; lines stay where they are.
pub(crate) fn bare(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'/', b'/', ..] => find(text, at, "\n"),
            [b'/', b'*', ..] => find(text, at + 2, "*/"),
            [b'r', b'"', ..] => find(text, at + 2, "\""),
            [b'r', b'#', b'"', ..] => find(text, at + 3, "\"#"),
            [b'"', ..] => end_of_string(bytes, at + 1),
            [b'\'', b'"' | b'/', b'\'', ..] => at + 2,
            [b'\'', b'\\', _, b'\'', ..] => at + 3,
            _ => {
                at += 1;
                continue;
            }
        };
        kept[at..end.min(bytes.len())]
            .iter_mut()
            .filter(|byte| **byte != b'\n')
            .for_each(|byte| *byte = b' ');
        at = end + 1;
    }
    String::from_utf8_lossy(&kept).into_owned()
}

fn find(text: &str, from: usize, what: &str) -> usize {
    text.as_bytes()[from..]
        .windows(what.len())
        .position(|window| window == what.as_bytes())
        .map_or(text.len(), |found| from + found)
}

fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// Every `.rs` file in a folder of the package, and below it; none if there is no such folder.
pub(crate) fn read(folder: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    for name in names_in(folder) {
        let path = format!("{folder}/{name}");
        if root().join(&path).is_dir() {
            sources.extend(read(&path));
        } else if Path::new(&name).extension() == Some("rs".as_ref()) {
            let text = fs::read_to_string(root().join(&path)).expect("a source file can be read");
            sources.push(Source { path, text });
        }
    }
    sources
}

/// The names in a folder of the package, sorted; none if there is no such folder.
pub(crate) fn names_in(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fault at each line of the code where `what` stands as words of its own.
pub(crate) fn lines_with<'a>(code: &'a str, what: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let [first, last] = [what.as_bytes().first(), what.as_bytes().last()].map(is_word);
    code.lines().zip(1..).filter_map(move |(line, number)| {
        let bytes = line.as_bytes();
        line.match_indices(what)
            .any(|(at, _)| {
                let before = at.checked_sub(1).and_then(|at| bytes.get(at));
                let after = bytes.get(at + what.len());
                !(first && is_word(before) || last && is_word(after))
            })
            .then_some(number)
    })
}

/// A source of the rules' own tests.
#[cfg(test)]
pub(crate) fn sample(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn comments_and_texts_are_no_code() {
    let text = "a // b\n/* c\n */ d(\"e \\\" f\", '\"', r#\"g\"#) // h";
    let words: Vec<String> = bare(text)
        .split(|c: char| !c.is_alphabetic())
        .map(str::to_owned)
        .collect();
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.is_empty())
        .collect();
    assert_eq!(words, ["a", "d"]);
    assert_eq!(bare(text).lines().count(), 3);
}

#[test]
fn unit_tests_are_no_production_code() {
    let source = sample(
        "src/net/a.rs",
        "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n",
    );
    assert!(source.code().contains("fn a") && !source.code().contains("fn b"));
    assert_eq!(sample("src/net/tests.rs", "fn a() {}").code(), "");
    assert_eq!(sample("src/net/tests/b.rs", "fn a() {}").code(), "");
}

#[test]
fn a_word_is_found_as_a_word_only() {
    let found = |code, what| lines_with(code, what).collect::<Vec<_>>();
    assert_eq!(found("a\nsqlx::query\nmysqlx\nsqlx_core", "sqlx"), [2]);
    assert_eq!(found("x.unwrap()\nx.unwrap_or()", ".unwrap()"), [1]);
}

#[test]
fn a_room_is_the_first_name_below_src() {
    assert_eq!(sample("src/store/events/claim.rs", "").room(), "store");
    assert_eq!(sample("src/main.rs", "").room(), "main");
}

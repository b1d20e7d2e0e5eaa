//! How long a file may be, what a `mod.rs` may hold, and which files come in pairs.

use std::collections::BTreeSet;

use crate::source::{Source, bare};

const MOST_LINES: usize = 400;
const EXPECTATION: &str = ".expect.json";

/// A fault if the file has more lines than one idea needs.
pub(crate) fn too_long(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines <= MOST_LINES {
        return Vec::new();
    }
    vec![format!(
        "{}: has {lines} lines of at most {MOST_LINES}: find the second idea's name",
        source.path
    )]
}

/// A fault for each statement of a map (`mod.rs`, `lib.rs`) that neither declares nor exports a module.
pub(crate) fn logic_in_map(source: &Source) -> Vec<String> {
    if source.is_test() || !(source.path.ends_with("/mod.rs") || source.path == "src/lib.rs") {
        return Vec::new();
    }
    statements(&source.text)
        .into_iter()
        .filter(|statement| !is_map(statement))
        .map(|statement| format!("{}: holds more than a map: {}", source.path, statement.trim()))
        .collect()
}

/// What the semicolons end, attributes left out.
fn statements(text: &str) -> Vec<String> {
    let code: Vec<String> = bare(text)
        .lines()
        .filter(|line| !line.trim_start().starts_with("#["))
        .map(str::to_owned)
        .collect();
    let whole = code.join("\n");
    whole
        .split(';')
        .filter(|part| !part.trim().is_empty())
        .map(str::to_owned)
        .collect()
}

fn is_map(statement: &str) -> bool {
    let words: Vec<&str> = statement.split_whitespace().collect();
    match words.as_slice() {
        [visibility, "mod", _name] => visibility.starts_with("pub"),
        ["mod", _name] => true,
        [visibility, "use", ..] => visibility.starts_with("pub"),
        _ => false,
    }
}

/// A fault if there is nothing in the file.
pub(crate) fn empty(source: &Source) -> Vec<String> {
    if !bare(&source.text).trim().is_empty() {
        return Vec::new();
    }
    vec![format!(
        "{}: is empty: rooms come with their first tenant",
        source.path
    )]
}

/// A fault if the file does not open with its purpose; files of tests are explained by their names.
pub(crate) fn unexplained(source: &Source) -> Vec<String> {
    let inner_test = source.is_test() && source.path.starts_with("src/");
    if inner_test || source.text.starts_with("//! ") {
        return Vec::new();
    }
    vec![format!(
        "{}: does not open with `//!` and its purpose",
        source.path
    )]
}

/// A fault for each migration that only one database has.
pub(crate) fn unpaired_migrations(sqlite: &[String], postgres: &[String]) -> Vec<String> {
    let [one, other]: [BTreeSet<_>; 2] = [sqlite.iter().collect(), postgres.iter().collect()];
    one.symmetric_difference(&other)
        .map(|name| format!("migrations: only one database has {name}"))
        .collect()
}

/// A fault for each fixture without `NAME.expect.json`, and the other way round.
pub(crate) fn unpaired_fixtures(names: &[String]) -> Vec<String> {
    let (expectations, bodies): (Vec<&str>, Vec<&str>) = names
        .iter()
        .map(String::as_str)
        .partition(|name| name.ends_with(EXPECTATION));
    let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    let bodies: BTreeSet<String> = bodies.into_iter().map(stem).collect();
    let expectations: BTreeSet<String> = expectations
        .into_iter()
        .map(|name| name.trim_end_matches(EXPECTATION).to_owned())
        .collect();
    let missing = bodies
        .difference(&expectations)
        .map(|name| format!("{name}: has no expectation"));
    let orphans = expectations
        .difference(&bodies)
        .map(|name| format!("{name}: an expectation of nothing"));
    missing.chain(orphans).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sample;

    #[test]
    fn a_file_of_401_lines_is_too_long() {
        assert!(too_long(&sample("src/a.rs", &"\n".repeat(400))).is_empty());
        assert_eq!(too_long(&sample("src/a.rs", &"\n".repeat(401))).len(), 1);
    }

    #[test]
    fn a_map_declares_and_exports_and_does_nothing_else() {
        let map = "//! What.\n\nmod a;\npub(crate) mod b;\n#[cfg(test)]\nmod tests;\n\npub use a::{\n    A, B,\n};\n";
        assert!(logic_in_map(&sample("src/net/mod.rs", map)).is_empty());
        for logic in [
            "fn a() {}",
            "const A: u8 = 1;",
            "mod a { }",
            "use std::fmt;",
            "struct A;",
        ] {
            assert_eq!(logic_in_map(&sample("src/net/mod.rs", logic)).len(), 1, "{logic}");
            assert!(logic_in_map(&sample("src/net/a.rs", logic)).is_empty());
        }
    }

    #[test]
    fn a_file_of_comments_is_empty() {
        assert_eq!(empty(&sample("src/a.rs", "//! What.\n")).len(), 1);
        assert!(empty(&sample("src/a.rs", "//! What.\nmod a;\n")).is_empty());
    }

    #[test]
    fn a_file_opens_with_its_purpose() {
        assert_eq!(unexplained(&sample("src/a.rs", "use a;\n")).len(), 1);
        assert!(unexplained(&sample("src/a.rs", "//! What.\n")).is_empty());
        assert!(unexplained(&sample("src/a/tests.rs", "use a;\n")).is_empty());
    }

    #[test]
    fn a_migration_of_one_database_only_is_a_fault() {
        let [one, two] = ["0001_a.sql", "0002_b.sql"].map(str::to_owned);
        assert!(unpaired_migrations(&[one.clone(), two.clone()], &[one.clone(), two.clone()]).is_empty());
        assert_eq!(unpaired_migrations(&[one.clone(), two], &[one]).len(), 1);
    }

    #[test]
    fn a_fixture_and_its_expectation_come_together() {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(unpaired_fixtures(&names(&["a.json", "a.expect.json", "b.txt", "b.expect.json"])).is_empty());
        assert_eq!(unpaired_fixtures(&names(&["a.json"])).len(), 1);
        assert_eq!(unpaired_fixtures(&names(&["a.expect.json"])).len(), 1);
    }
}

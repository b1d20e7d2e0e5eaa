//! Who may use whom: a module uses those to its left in the order of the rooms, never to its right.

use crate::source::Source;

/// The order; rooms of one line do not use each other.
const ORDER: [&[&str]; 9] = [
    &["domain"],
    &["webhook", "net"],
    &["assets"],
    &["graph", "store"],
    &["ingest", "connect"],
    &["processor", "effects", "insights", "reconcile"],
    &["http", "dashboard"],
    &["app"],
    &["cli"],
];

/// What is no room of the work but of the process. They use `domain` and what stands before them here.
const PROCESS: [&str; 5] = ["chance", "clock", "config", "lifecycle", "telemetry"];

/// Rooms that would be worth less if they could do more: what these may use is all they may use.
const NARROW: [(&str, &[&str]); 4] = [
    ("domain", &[]),
    ("webhook", &["domain"]),
    ("net", &[]),
    ("sandbox", &["domain", "clock"]),
];

/// Who may start the sandbox; to all others it is Meta, reached over HTTP.
const STARTS_SANDBOX: [&str; 2] = ["app", "cli"];

/// Whether code in `room` may name `used`.
fn may_use(room: &str, used: &str) -> bool {
    if room == used || matches!(room, "lib" | "main") {
        return true;
    }
    if let Some((_, allowed)) = NARROW.iter().find(|(narrow, _)| *narrow == room) {
        return allowed.contains(&used);
    }
    if used == "sandbox" {
        return STARTS_SANDBOX.contains(&room);
    }
    match (process_place(room), process_place(used)) {
        (Some(room), Some(used)) => used < room,
        (Some(_), None) => used == "domain",
        (None, Some(_)) => true,
        (None, None) => matches!((place(room), place(used)), (Some(room), Some(used)) if used < room),
    }
}

fn place(room: &str) -> Option<usize> {
    ORDER.iter().position(|line| line.contains(&room))
}

fn process_place(room: &str) -> Option<usize> {
    PROCESS.iter().position(|name| *name == room)
}

/// A fault for each name in `src` that the order does not know.
pub(crate) fn unplaced(names: &[String]) -> Vec<String> {
    let rooms = names.iter().map(|name| name.trim_end_matches(".rs"));
    rooms
        .filter(|room| !matches!(*room, "lib" | "main" | "sandbox"))
        .filter(|room| place(room).is_none() && process_place(room).is_none())
        .map(|room| format!("src/{room}: has no place in the order of tests/tidy/rooms.rs"))
        .collect()
}

/// A fault for each use of a room that this file's room may not use. Tests follow the rule, too: what
/// a test needs from the right belongs into `tests/`.
pub(crate) fn faults(source: &Source) -> Vec<String> {
    let code = crate::source::bare(&source.text);
    let room = source.room();
    used(&code)
        .into_iter()
        .filter(|(_, used)| !may_use(room, used))
        .map(|(line, used)| format!("{}:{line}: {room} may not use {used}", source.path))
        .collect()
}

/// The rooms that a text names after `crate::`, with their lines; also those in `use crate::{…}`.
fn used(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(first_names(group).into_iter().map(|name| (line, name))),
            None => found.push((line, word(rest))),
        }
    }
    // What stands in `lib.rs` itself begins with a capital or is no word, and belongs to everyone.
    found.retain(|(_, name)| name.starts_with(|first: char| first.is_ascii_lowercase()));
    found
}

fn first_names(group: &str) -> Vec<&str> {
    let mut names = vec![word(group.trim_start())];
    let mut depth = 0;
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(word(group[at + 1..].trim_start())),
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    &text[..end.unwrap_or(text.len())]
}

#[test]
fn the_order_is_that_of_the_style() {
    for (room, used) in [
        ("http", "store"),
        ("processor", "graph"),
        ("graph", "clock"),
        ("store", "config"),
        ("cli", "sandbox"),
        ("cli", "app"),
        ("main", "cli"),
        ("clock", "domain"),
    ] {
        assert!(may_use(room, used), "{room} may use {used}");
    }
    for (room, used) in [
        ("store", "http"),
        ("graph", "store"),
        ("processor", "effects"),
        ("effects", "processor"),
        ("sandbox", "webhook"),
        ("sandbox", "config"),
        ("webhook", "clock"),
        ("http", "sandbox"),
        ("domain", "clock"),
        ("config", "store"),
        ("clock", "telemetry"),
        ("store", "unheard_of"),
    ] {
        assert!(!may_use(room, used), "{room} may not use {used}");
    }
}

#[test]
fn every_way_to_name_a_room_is_seen() {
    let code =
        "use crate::net;\nuse crate::{domain::{Field, Login}, store, Error};\nlet a = crate::http::b();\n";
    assert_eq!(used(code), [(1, "net"), (2, "domain"), (2, "store"), (3, "http")]);
}

#[test]
fn a_use_to_the_right_is_a_fault_with_its_line() {
    let source = crate::source::sample(
        "src/store/a.rs",
        "// crate::cli\nuse crate::http;\nuse crate::domain;\n",
    );
    assert_eq!(faults(&source), ["src/store/a.rs:2: store may not use http"]);
}

#[test]
fn a_room_without_a_place_is_a_fault() {
    let names = ["lib.rs", "clock.rs", "store", "attic"].map(str::to_owned);
    assert_eq!(unplaced(&names).len(), 1);
}

//! Rules of the house that no lint knows: who may use whom, what may stand where, how long a file may be.
//!
//! Every rule is a function from text to faults, tried on small texts beside it, and then run on the whole
//! source here. A fault names its file and line.

#[path = "tidy/layout.rs"]
mod layout;
#[path = "tidy/rooms.rs"]
mod rooms;
#[path = "tidy/source.rs"]
#[expect(
    clippy::indexing_slicing,
    reason = "a slip of these rules fails a test, which is what they are for"
)]
mod source;
#[path = "tidy/words.rs"]
mod words;

use source::{Source, names_in, read};

/// Every folder with Rust of ours.
const EVERYWHERE: [&str; 5] = ["src", "tests", "benches", "fuzz/src", "fuzz/fuzz_targets"];

/// Fails with every fault, one on a line.
#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn over_sources(folders: &[&str], rule: impl Fn(&Source) -> Vec<String>) {
    let sources: Vec<Source> = folders.iter().flat_map(|folder| read(folder)).collect();
    assert!(!sources.is_empty(), "there is something to check");
    none(&sources.iter().flat_map(rule).collect::<Vec<_>>());
}

#[test]
fn every_module_uses_only_those_to_its_left() {
    over_sources(&["src"], rooms::faults);
}

#[test]
fn every_room_has_its_place_in_the_order() {
    none(&rooms::unplaced(&names_in("src")));
}

#[test]
fn each_outside_thing_is_named_in_its_room_only() {
    over_sources(&["src"], words::out_of_place);
}

#[test]
fn nothing_is_left_undone_or_silenced() {
    over_sources(&EVERYWHERE, words::forbidden);
}

#[test]
fn no_file_is_too_long() {
    over_sources(&EVERYWHERE, layout::too_long);
}

#[test]
fn a_mod_file_holds_no_logic() {
    over_sources(&["src"], layout::logic_in_map);
}

#[test]
fn no_module_is_empty() {
    over_sources(&["src"], layout::empty);
}

#[test]
fn every_module_says_what_it_is_for() {
    over_sources(&EVERYWHERE, layout::unexplained);
}

#[test]
fn migrations_have_the_same_names_for_both_databases() {
    let [sqlite, postgres] = ["migrations/sqlite", "migrations/postgres"].map(names_in);
    assert!(
        !names_in("src").contains(&"store".to_owned()) || !sqlite.is_empty(),
        "a store has migrations"
    );
    none(&layout::unpaired_migrations(&sqlite, &postgres));
}

#[test]
fn every_fixture_has_an_expectation() {
    let names = names_in("fixtures/webhooks");
    assert!(!names.is_empty(), "there are fixtures");
    none(&layout::unpaired_fixtures(&names));
}

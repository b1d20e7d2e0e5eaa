use std::path::PathBuf;

use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use tempfile::TempDir;

use super::file::draft;
use super::{Journal, JournalError};
use crate::sandbox::world::{Change, Id, World};

/// A journal in a folder of its own.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    (folder, path)
}

fn settled(notice: u64) -> Change {
    Change::Settled {
        notices: vec![notice],
    }
}

/// What a journal gives, in its own words.
fn read(path: &std::path::Path) -> Vec<String> {
    let mut seen = Vec::new();
    let told = |change: Change| seen.push(serde_json::to_string(&change).unwrap());
    Journal::open(path, told).unwrap();
    seen
}

#[test]
fn changes_come_back_in_order_without_the_half_line_of_a_kill() {
    let (_folder, path) = place();
    let deleted = |number| Change::MediaDeleted { id: Id::of(number) };
    let mut journal = Journal::open(&path, |_| panic!("nothing is there yet")).unwrap();
    journal.append(&[deleted(1), deleted(2)]).unwrap();
    let mut torn = std::fs::read(&path).unwrap();
    torn.extend(b"{\"media");
    std::fs::write(&path, torn).unwrap();
    let mut seen = Vec::new();
    let mut journal = Journal::open(&path, |change| seen.push(format!("{change:?}"))).unwrap();
    journal.append(&[deleted(3)]).unwrap();
    Journal::open(&path, |change| seen.push(format!("{change:?}"))).unwrap();
    let expected = [1, 2, 1, 2, 3].map(|number| format!("{:?}", deleted(number)));
    assert_eq!(seen, expected);
}

#[test]
fn a_line_that_is_no_change_is_named() {
    let (_folder, path) = place();
    std::fs::write(&path, "{\"media_deleted\":{\"id\":\"1\"}}\n{}\n").unwrap();
    let error = Journal::open(&path, drop).unwrap_err();
    assert!(matches!(error, JournalError::Line { line: 2, .. }), "{error}");
}

#[test]
fn a_condensed_journal_begins_with_the_world_and_goes_on_behind_it() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path, drop).unwrap();
    journal.append(&[settled(1), settled(2)]).unwrap();
    journal.replace(&World::new(7)).unwrap();
    journal.append(&[settled(3)]).unwrap();
    let seen = read(&path);
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[0].starts_with("{\"world\":"), "{seen:?}");
    assert_eq!(seen[1], "{\"settled\":{\"notices\":[3]}}");
    assert!(!draft(&path).exists());
}

#[test]
fn a_journal_stays_within_twice_its_world_however_much_happens() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path, drop).unwrap();
    let world = World::new(7);
    let many: Vec<Change> = (0..10_000).map(settled).collect();
    for _ in 0..20 {
        journal.append(&many).unwrap();
        journal.condense(&world);
        let length = std::fs::metadata(&path).unwrap().len();
        assert!(length < 1 << 20, "{length}");
    }
}

#[test]
fn a_journal_that_cannot_be_condensed_goes_on_as_it_is() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path, drop).unwrap();
    journal.append(&[settled(1)]).unwrap();
    // A folder where the draft would be.
    std::fs::create_dir(draft(&path)).unwrap();
    assert!(journal.replace(&World::new(7)).is_err());
    journal.append(&[settled(2)]).unwrap();
    assert_eq!(
        read(&path),
        [
            "{\"settled\":{\"notices\":[1]}}",
            "{\"settled\":{\"notices\":[2]}}"
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A kill leaves the journal up to some byte, and up to some byte of a draft.
    #[test]
    fn wherever_a_kill_cuts_all_whole_lines_before_it_count(cut in 0_usize..400, begun in 0_usize..400) {
        let (_folder, path) = place();
        let mut journal = Journal::open(&path, drop).unwrap();
        let changes: Vec<Change> = (0..12).map(settled).collect();
        journal.append(&changes).unwrap();
        let whole = std::fs::read(&path).unwrap();
        journal.replace(&World::new(7)).unwrap();
        let condensed = std::fs::read(&path).unwrap();
        let kept = &whole[..cut.min(whole.len())];
        std::fs::write(&path, kept).unwrap();
        std::fs::write(draft(&path), &condensed[..begun.min(condensed.len())]).unwrap();
        let lines = kept.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")).count();
        prop_assert_eq!(read(&path).len(), lines);
        prop_assert_eq!(draft(&path).exists(), false);
        Journal::open(&path, drop).unwrap().append(&[settled(99)]).unwrap();
        prop_assert_eq!(read(&path).len(), lines + 1);
    }
}

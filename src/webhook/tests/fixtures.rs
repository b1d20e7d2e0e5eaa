//! Every file of `fixtures/webhooks` becomes what stands beside it in `NAME.expect.json`: the events that
//! unpacking alone leaves if their account is connected, or how the reason begins why there are none.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{delivery, shown, unpack};

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/webhooks");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.retain(|file| !file.to_string_lossy().ends_with(".expect.json"));
    files.sort();
    files
}

#[test]
fn every_fixture_becomes_what_stands_beside_it() {
    let files = fixtures();
    assert!(files.len() >= 44, "only {} fixtures", files.len());
    for file in files {
        let expected = fs::read(file.with_extension("expect.json")).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        compare(&file.display().to_string(), &fs::read(&file).unwrap(), &expected);
    }
}

fn compare(name: &str, body: &[u8], expected: &Value) {
    let id = delivery();
    match (unpack(id, body), expected["delivery"].as_str().unwrap()) {
        (Ok(items), "unpacked") => {
            let events: Vec<_> = items
                .iter()
                .map(|item| shown::event(item, &id.to_string()))
                .collect();
            assert_eq!(Value::from(events), expected["events"], "{name}");
        }
        (Err(unreadable), "unreadable") => {
            let begins = expected["reason"].as_str().unwrap();
            assert!(
                unreadable.reason.starts_with(begins),
                "{name}: {}",
                unreadable.reason
            );
        }
        (became, expected) => panic!("{name}: expected {expected}, became {became:?}"),
    }
}

#[test]
fn no_expectation_stands_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/webhooks");
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2 * fixtures().len());
}

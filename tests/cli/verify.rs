//! `belino verify`: the short form of every bad day, on both stores.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::home::{Done, Home};

#[test]
fn every_promise_that_is_tried_in_the_short_form_is_kept() {
    let mut home = Home::empty();
    let (done, lines) = tried(&mut home, "deliveries");
    for store in ["SQLite", "PostgreSQL"] {
        let passed = lines
            .iter()
            .filter(|line| line["store"] == store && line["verdict"] == "passed");
        assert!(
            passed.count() >= 5 || (store == "PostgreSQL" && is_missing(&done)),
            "{done:?}"
        );
    }
    let untold = lines.iter().filter(|line| line["verdict"] == "not_tested");
    assert!(
        untold
            .clone()
            .all(|line| line["reason"].is_string() && line["sent"].is_null())
    );
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "it cleans up");
}

#[test]
fn a_post_whose_steps_are_cut_off_by_real_kills_and_stops_is_seen_once() {
    let mut home = Home::empty();
    let (done, lines) = tried(&mut home, "posts");
    for store in ["SQLite", "PostgreSQL"] {
        let of_store: Vec<&Value> = lines.iter().filter(|line| line["store"] == store).collect();
        if store == "PostgreSQL" && is_missing(&done) {
            continue;
        }
        let cases: BTreeSet<_> = of_store
            .iter()
            .map(|line| line["done"].to_string() + &line["step"].to_string())
            .collect();
        assert_eq!(cases.len(), 18, "{done:?}");
        for line in of_store {
            assert_eq!((&line["posts"], &line["once"]), (&json!(1), &json!(1)), "{line}");
        }
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "it cleans up");
}

/// Tries this in the short form.
fn tried(home: &mut Home, only: &str) -> (Done, Vec<Value>) {
    home.set("PATH", "/usr/local/bin:/usr/bin:/bin");
    let words = [
        "verify",
        "--quick",
        "--postgres",
        "--only",
        only,
        "--dir",
        ".",
        "--json",
    ];
    let done = home.run(&words);
    assert_eq!(done.code, 0, "{done:?}");
    let lines = serde_json::from_str(&done.out).unwrap();
    (done, lines)
}

/// PostgreSQL's programs may be missing, but not where everything is tested.
fn is_missing(done: &Done) -> bool {
    done.out.contains("install PostgreSQL's server") && std::env::var_os("CI").is_none()
}

#[test]
fn a_database_is_named_or_made_and_not_both() {
    let refused = Home::empty().run(&["verify", "--postgres", "--database-url", "postgres://localhost/x"]);
    assert_eq!(refused.code, 64, "{refused:?}");
}

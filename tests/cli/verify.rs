//! `belino verify`: the short form of every bad day, on both stores.

use serde_json::Value;

use crate::home::Home;

#[test]
fn every_promise_that_is_tried_in_the_short_form_is_kept() {
    let mut home = Home::empty();
    home.set("PATH", "/usr/local/bin:/usr/bin:/bin");
    let done = home.run(&["verify", "--quick", "--postgres", "--dir", ".", "--json"]);
    assert_eq!(done.code, 0, "{done:?}");
    let lines: Vec<Value> = serde_json::from_str(&done.out).unwrap();
    for store in ["SQLite", "PostgreSQL"] {
        let passed = lines
            .iter()
            .filter(|line| line["store"] == store && line["verdict"] == "passed");
        let missing = done.out.contains("install PostgreSQL's server") && std::env::var_os("CI").is_none();
        assert!(
            passed.count() >= 5 || (store == "PostgreSQL" && missing),
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
fn a_database_is_named_or_made_and_not_both() {
    let refused = Home::empty().run(&["verify", "--postgres", "--database-url", "postgres://localhost/x"]);
    assert_eq!(refused.code, 64, "{refused:?}");
}

//! `belino verify` can fail: a build that breaks a promise does not pass it.

use std::process::Command;

use serde_json::Value;

/// Tries this with a fault built in; it must not pass.
fn found_out(fault: &str, only: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = Command::new(env!("CARGO_BIN_EXE_belino"))
        .args([
            "verify",
            "--quick",
            "--fail-fast",
            "--only",
            only,
            "--json",
            "--dir",
        ])
        .arg(folder.path())
        .env("BELINO_FAULT", fault)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    serde_json::from_slice(&ended.stdout).expect("lines")
}

fn count(line: &Value, name: &str) -> u64 {
    line.get(name).and_then(Value::as_u64).unwrap_or_default()
}

#[test]
fn a_service_that_acknowledges_before_the_commit_is_found_out() {
    let lines = found_out("ack-before-commit", "deliveries");
    let killed = lines.first().unwrap();
    assert!(count(killed, "lost") > 0, "{killed}");
    assert_eq!(killed.get("verdict"), Some(&Value::from("failed")), "{killed}");
}

#[test]
fn a_service_that_publishes_again_what_was_not_answered_is_found_out() {
    let lines = found_out("publish-again", "posts");
    let twice: Vec<&Value> = lines.iter().filter(|line| count(line, "twice") > 0).collect();
    assert!(!twice.is_empty(), "{lines:?}");
    for line in twice {
        assert_eq!(line.get("step"), Some(&Value::from("published")), "{line}");
        assert_eq!(line.get("verdict"), Some(&Value::from("failed")), "{line}");
    }
}

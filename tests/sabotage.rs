//! `belino verify` can fail: a build that acknowledges deliveries before they are kept does not pass it.

use std::process::Command;

use serde_json::Value;

#[test]
fn a_service_that_acknowledges_before_the_commit_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let ended = Command::new(env!("CARGO_BIN_EXE_belino"))
        .args(["verify", "--quick", "--json", "--dir"])
        .arg(folder.path())
        .env("BELINO_FAULT", "ack-before-commit")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    let lines: Vec<Value> = serde_json::from_slice(&ended.stdout).unwrap();
    let lost = |line: &Value| line.get("lost").and_then(Value::as_u64).unwrap_or_default();
    let killed = lines.first().unwrap();
    assert!(lost(killed) > 0, "{killed}");
    assert_eq!(killed.get("verdict"), Some(&Value::from("failed")), "{killed}");
}

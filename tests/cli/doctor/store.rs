//! Databases and keys that are missing, wrong or broken.

use std::fs::{self, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt};

use super::ward::{Report, connect, with_sandbox};
use crate::home::Home;

#[test]
fn a_database_that_is_not_there_is_told_and_not_made() {
    let home = Home::configured();
    Report::offline(&home).named("database-missing");
    assert_eq!(home.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_server_that_does_not_answer_is_told() {
    let mut home = Home::configured();
    home.set("DATABASE_URL", "postgres://belino:hush-hush@127.0.0.1:1/belino");
    let report = Report::offline(&home);
    report.named("database-unreachable");
    assert!(!report.done.out.contains("hush-hush"));
}

#[test]
fn a_schema_of_before_is_told_and_left_alone() {
    let home = Home::configured();
    fs::write(home.path().join("belino.db"), "").unwrap();
    Report::offline(&home).named("schema-older");
    Report::offline(&home).named("schema-older");
}

#[tokio::test]
async fn a_schema_of_tomorrow_is_told() {
    let home = Home::configured();
    home.good(&["migrate"]);
    let mut database = home.database().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'of tomorrow', TRUE, x'00', 0)",
    )
    .execute(&mut database)
    .await
    .unwrap();
    Report::offline(&home).named("schema-newer");
}

#[test]
fn a_file_that_is_no_database_is_told() {
    let home = Home::configured();
    fs::write(home.path().join("belino.db"), "no database at all. ".repeat(500)).unwrap();
    Report::offline(&home).named("database-damaged");
}

#[tokio::test]
async fn damage_in_the_middle_of_the_file_is_found() {
    let home = Home::configured();
    home.good(&["migrate"]);
    let mut database = home.database().await;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut database)
        .await
        .unwrap();
    drop(database);
    let file = fs::OpenOptions::new()
        .write(true)
        .open(home.path().join("belino.db"))
        .unwrap();
    let pages = file.metadata().unwrap().len() / 4_096;
    file.write_all_at(&[0x5a; 4_096], (pages - 2) * 4_096).unwrap();
    Report::offline(&home).named("database-damaged");
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_told() {
    let home = Home::configured();
    home.good(&["migrate"]);
    let mut database = home.database().await;
    sqlx::query("BEGIN EXCLUSIVE")
        .execute(&mut database)
        .await
        .unwrap();
    Report::offline(&home).named("database-locked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_do_not_open_what_is_stored_are_told() {
    let (mut home, sandbox) = with_sandbox();
    connect(&home, &sandbox).await;
    let key = home.path().join("belino.key");
    let codes = |home: &Home| {
        Report::offline(home)
            .codes()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let keys = |home: &Home| {
        codes(home)
            .into_iter()
            .filter(|code| code.contains("key") || code.contains("token"))
            .collect::<Vec<_>>()
    };
    assert!(keys(&home).is_empty(), "{:?}", keys(&home));
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(keys(&home), ["key-file-open"]);
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let kept = fs::read(&key).unwrap();
    fs::write(&key, "ab".repeat(32)).unwrap();
    assert_eq!(keys(&home), ["token-unopened"]);
    fs::write(&key, "not a key").unwrap();
    assert_eq!(keys(&home), ["key-file-unusable"]);
    fs::remove_file(&key).unwrap();
    assert_eq!(keys(&home), ["key-file-missing"]);
    assert!(!key.exists(), "no other key was made");
    fs::write(&key, kept).unwrap();
    home.set(
        "BELINO_ENCRYPTION_KEYS",
        "k2:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    );
    assert_eq!(keys(&home), ["key-unknown"]);
}

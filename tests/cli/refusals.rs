//! What is asked wrongly ends with 64, what fails with 1, and both say what is wrong.

use std::net::TcpListener;

use crate::home::Home;

#[test]
fn a_bad_configuration_tells_every_fault_at_once() {
    let mut home = Home::configured();
    for (key, value) in [
        ("BELINO_LISTEN", "nowhere"),
        ("DATABASE_URL", "mysql://localhost/belino"),
        ("BELINO_GRAPH_VERSION", "v3.0"),
        ("BELINO_MAX_BODY_BYTES", "lots"),
        ("BELINO_LOG_FORMAT", "xml"),
        ("BELINO_KEEP_FEED", "often"),
    ] {
        home.set(key, value);
    }
    for words in [&["serve"][..], &["keys", "list"], &["migrate"]] {
        let done = home.run(words);
        assert_eq!(done.code, 64, "{done:?}");
        for key in [
            "BELINO_LISTEN",
            "DATABASE_URL",
            "BELINO_GRAPH_VERSION",
            "BELINO_MAX_BODY_BYTES",
            "BELINO_LOG_FORMAT",
            "BELINO_KEEP_FEED",
        ] {
            assert!(done.err.contains(key), "{words:?} {key}: {}", done.err);
        }
    }
    assert_eq!(home.path().read_dir().unwrap().count(), 0, "nothing was begun");
}

#[test]
fn the_service_does_not_start_without_secrets_and_says_which() {
    let home = Home::empty();
    let done = home.run(&["serve"]);
    assert_eq!(done.code, 64, "{done:?}");
    for key in [
        "INSTAGRAM_APP_SECRET",
        "FACEBOOK_APP_SECRET",
        "INSTAGRAM_VERIFY_TOKEN",
    ] {
        assert!(done.err.contains(key), "{key}: {}", done.err);
    }
    assert_eq!(home.path().read_dir().unwrap().count(), 0, "nothing was begun");
}

#[test]
fn no_fault_shows_a_secret() {
    let mut home = Home::configured();
    home.set("BELINO_ENCRYPTION_KEYS", "of-no-form-but-secret");
    home.set("DATABASE_URL", "postgres://belino:pass-of-the-database@:x/y");
    let done = home.run(&["serve"]);
    assert_eq!(done.code, 64, "{done:?}");
    for secret in [
        "of-no-form-but-secret",
        "pass-of-the-database",
        crate::home::SECRET,
    ] {
        assert!(!done.err.contains(secret), "{}", done.err);
    }
}

#[test]
fn what_is_no_command_is_bad_usage() {
    let home = Home::configured();
    for words in [
        &["fly"][..],
        &[],
        &["keys"],
        &["keys", "create", "--name", "x"],
        &["keys", "revoke", "not-an-id"],
        &["events", "list", "--state", "lost"],
        &["events", "list", "--limit", "0"],
        &["events", "retry"],
        &["events", "retry", "--all", "--state", "dead"],
        &["events", "retry", "01980000-0000-7000-8000-000000000000", "--all"],
        &[
            "events",
            "retry",
            "01980000-0000-7000-8000-000000000000",
            "--state",
            "dead",
        ],
        &["serve", "--role", "fly"],
        &["replay"],
        &["connections", "add", "--workspace", "shop", "--login", "facebook"],
    ] {
        let done = home.run(words);
        assert_eq!(done.code, 64, "{words:?}: {done:?}");
        assert!(!done.err.is_empty() && done.out.is_empty(), "{words:?}: {done:?}");
    }
    assert_eq!(home.run(&["--help"]).code, 0);
    assert_eq!(home.run(&["--version"]).code, 0);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut home = Home::configured();
    home.set("BELINO_LISTEN", &address);
    let done = home.run(&["serve"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.err.contains(&address), "{}", done.err);
}

#[tokio::test]
async fn a_database_of_a_newer_belino_is_left_alone() {
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
    for words in [&["serve"][..], &["keys", "list"], &["migrate"]] {
        let done = home.run(words);
        assert_eq!(done.code, 1, "{words:?}: {done:?}");
        assert!(
            done.err.contains("schema version 9999") && done.err.contains("newer belino"),
            "{}",
            done.err
        );
    }
}

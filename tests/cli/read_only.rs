//! A database that becomes read-only while the service runs: deliveries are refused until it can be written again.
//!
//! Files that are open already can be written whatever their mode says. So a write is made to fail first, after
//! which the service opens the file anew, as it then is.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::full_disk::{make_room, start_within};
use crate::home::{Home, OPERATOR};

/// Root is kept to the modes of its files, as everyone else is.
const ROOT_BY_THE_RULES: &str = "setpriv --bounding-set=-dac_override,-dac_read_search";

fn set_mode(home: &Home, mode: u32) {
    for file in home.database_files() {
        std::fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_becomes_read_only_refuses_deliveries_until_it_can_be_written() {
    let home = Home::configured();
    let is_root = home.path().metadata().unwrap().uid() == 0;
    let service = start_within(&home, "unlimited", if is_root { ROOT_BY_THE_RULES } else { "" });
    assert_eq!(service.deliver("{\"n\":1}").await.status(), 200);
    make_room(&service, "0");
    service.refuses("{\"n\":2}").await;
    set_mode(&home, 0o444);
    service.refuses("{\"n\":2}").await;
    make_room(&service, "unlimited");
    service.refuses("{\"n\":2}").await;
    service.said("let belino's user write the file");
    service.until("/readyz", |status, _| status == 503).await;
    assert_eq!(service.get(OPERATOR, "/healthz").await.status(), 200);
    assert_eq!(
        service.get(OPERATOR, "/api/deliveries").await.status(),
        200,
        "reading goes on"
    );
    set_mode(&home, 0o644);
    service.until("/readyz", |status, _| status == 200).await;
    assert_eq!(service.deliver("{\"n\":2}").await.status(), 200);
    let mut database = home.database().await;
    let bodies: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT body FROM deliveries ORDER BY id")
        .fetch_all(&mut database)
        .await
        .unwrap();
    assert_eq!(bodies, [(b"{\"n\":1}".to_vec(),), (b"{\"n\":2}".to_vec(),)]);
}

#[test]
fn a_database_that_is_read_only_at_the_start_is_told() {
    let home = Home::configured();
    home.good(&["migrate"]);
    std::fs::set_permissions(home.path().join("belino.db"), Permissions::from_mode(0o444)).unwrap();
    let by = if home.path().metadata().unwrap().uid() == 0 {
        ROOT_BY_THE_RULES
    } else {
        ""
    };
    let script = format!("exec {by} \"$0\" serve");
    let mut shell = home.program("/bin/sh", &["-c", &script, env!("CARGO_BIN_EXE_belino")]);
    let ended = shell.env("PATH", "/usr/bin:/bin").output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("let belino's user write the file"), "{said}");
}

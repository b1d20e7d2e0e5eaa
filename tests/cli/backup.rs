//! A copy of the database: whole, private, and never in the place of another file.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::Value;

use crate::home::{Done, Home, OPERATOR, Running};

async fn deliveries(service: &Running) -> Vec<Value> {
    let answer = service.get(OPERATOR, "/api/deliveries?limit=200").await;
    let listed: Value = answer.json().await.unwrap();
    listed["data"].as_array().unwrap().clone()
}

async fn body(service: &Running, id: &str) -> Vec<u8> {
    let answer = service.get(OPERATOR, &format!("/api/deliveries/{id}/body")).await;
    assert_eq!(answer.status(), 200, "{id}");
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_under_load_has_all_that_was_acknowledged_before_it_began() {
    let home = Home::configured();
    let service = Home::start(home.belino(&["serve"]));
    for n in 0..20 {
        let answer = service.deliver(&format!("{{\"before\":{n}}}")).await;
        assert_eq!(answer.status(), 200);
    }
    let before = deliveries(&service).await;
    assert_eq!(before.len(), 20);
    let mut backup = home.belino(&["backup", "copy.db"]);
    let mut backup = backup.stdout(Stdio::piped()).spawn().unwrap();
    let mut during = 0;
    while backup.try_wait().unwrap().is_none() {
        let answer = service.deliver(&format!("{{\"during\":{during}}}")).await;
        assert_eq!(answer.status(), 200);
        during += 1;
    }
    let done = Done::from(backup.wait_with_output().unwrap());
    assert!(done.code == 0 && during > 0, "{done:?}");
    for word in [
        "copy.db",
        "bytes",
        "deliveries",
        "checked",
        "belino.key",
        "sealed",
    ] {
        assert!(done.out.contains(word), "{done:?}");
    }
    let path = home.path().join("copy.db");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!home.path().join("copy.db.partial").exists());

    let mut command = home.belino(&["serve"]);
    command.env("DATABASE_URL", "sqlite://copy.db");
    let copy = Home::start(command);
    let copied = deliveries(&copy).await;
    for row in before.iter().chain(&copied) {
        let id = row["id"].as_str().unwrap();
        assert_eq!(body(&copy, id).await, body(&service, id).await);
    }
    let settled = |_, text: &str| text.contains("\"waiting\":0,\"retired\"");
    let summary = copy.until("/api/summary", settled).await;
    let summary: Value = serde_json::from_str(&summary).unwrap();
    let received = summary["deliveries"]["received"].as_u64().unwrap();
    assert!((20..=20 + during).contains(&received), "{received} of {during}");
    assert!(done.out.contains(&format!(" {received} deliveries")), "{done:?}");
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let home = Home::configured();
    home.good(&["migrate"]);
    std::fs::write(home.path().join("precious"), "data").unwrap();
    let done = home.run(&["backup", "precious"]);
    assert_eq!(done.code, 64, "{done:?}");
    assert!(done.err.contains("not overwritten"), "{}", done.err);
    assert_eq!(std::fs::read(home.path().join("precious")).unwrap(), b"data");
    home.good(&["backup", "copy.db"]);
    assert_eq!(home.run(&["backup", "copy.db"]).code, 64);
    std::fs::write(home.path().join("late.db.partial"), "").unwrap();
    let done = home.run(&["backup", "late.db"]);
    assert_eq!(done.code, 64, "{done:?}");
    assert!(done.err.contains("late.db.partial"), "{}", done.err);
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let home = Home::configured();
    home.good(&["migrate"]);
    let folder = if cfg!(target_os = "linux") {
        "/proc/"
    } else {
        "missing/"
    };
    for path in [format!("{folder}copy.db"), "no/such/folder/copy.db".to_owned()] {
        let done = home.run(&["backup", &path]);
        assert_eq!(done.code, 1, "{done:?}");
        assert!(done.err.contains(&path), "{}", done.err);
    }
}

#[test]
fn what_cannot_be_copied_leaves_nothing_behind() {
    let home = Home::configured();
    let none = home.run(&["backup", "copy.db"]);
    assert_eq!(none.code, 64, "{none:?}");
    assert!(none.err.contains("DATABASE_URL"), "{}", none.err);
    std::fs::write(
        home.path().join("belino.db"),
        "no database at all, and long enough to be one".repeat(100),
    )
    .unwrap();
    let done = home.run(&["backup", "copy.db"]);
    assert_eq!(done.code, 1, "{done:?}");
    let left: Vec<_> = home
        .path()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["belino.db"]);
}

#[test]
fn for_postgres_its_own_tool_is_named_without_the_password() {
    let mut home = Home::configured();
    home.set(
        "DATABASE_URL",
        "postgres://belino:hush-hush@db.example:5433/hooks?sslmode=require&password=hush-hush",
    );
    let done = home.run(&["backup", "copy.dump"]);
    assert_eq!(done.code, 64, "{done:?}");
    assert!(
        done.err.contains(
            "pg_dump --format=custom --file='copy.dump' --dbname='postgres://belino@db.example:5433/hooks?sslmode=require'"
        ),
        "{}",
        done.err
    );
    let uploads = home.path().canonicalize().unwrap().join("belino-uploads");
    assert!(
        done.err
            .contains(&format!("cp -a '{}' 'copy.dump.uploads'", uploads.display())),
        "{}",
        done.err
    );
    assert!(!done.err.contains("hush"), "{}", done.err);
    assert!(!home.path().join("copy.dump").exists());
}

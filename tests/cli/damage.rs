//! A database whose file is overwritten or moved while the service runs: it says so, takes nothing more, and does
//! not break.

use std::os::unix::fs::FileExt;

use crate::home::{Home, OPERATOR};

const CURE: &str = "stop belino, keep a copy of the file and its -wal, and restore a backup";

/// Overwrites the database and its log; both stay as long as they are.
fn overwrite(home: &Home) {
    for path in home.database_files().iter().take(2) {
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        let bytes = usize::try_from(file.metadata().unwrap().len()).unwrap();
        file.write_all_at(&vec![0x5a; bytes], 0).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_overwritten_is_told_and_takes_nothing_more() {
    let home = Home::configured();
    let service = Home::start(home.belino(&["serve"]));
    for n in 0..5 {
        assert_eq!(service.deliver(&format!("{{\"n\":{n}}}")).await.status(), 200);
    }
    overwrite(&home);
    // Nobody reads or writes meanwhile: it is noticed all the same.
    service.said("stop belino, keep a copy");
    service.until("/readyz", |status, _| status == 503).await;
    for n in 5..10 {
        service.refuses(&format!("{{\"n\":{n}}}")).await;
    }
    service.until("/readyz", |status, _| status == 503).await;
    assert_eq!(service.get(OPERATOR, "/healthz").await.status(), 200);
    let read = service.get(OPERATOR, "/api/deliveries").await.status();
    assert!(read == 503 || read == 200, "{read}");
    assert_eq!(service.stop(), Some(0), "nothing broke");
    let again = home.run(&["serve"]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.err.contains(CURE), "{}", again.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_moved_away_is_told_and_takes_nothing_more() {
    let home = Home::configured();
    let (file, away) = (home.path().join("belino.db"), home.path().join("belino.away"));
    let service = Home::start(home.belino(&["serve"]));
    assert_eq!(service.deliver("{\"n\":1}").await.status(), 200);
    std::fs::rename(&file, &away).unwrap();
    service.said("put the right files in place");
    service.until("/readyz", |status, _| status == 503).await;
    service.refuses("{\"n\":2}").await;
    assert_eq!(service.stop(), Some(0));
    std::fs::rename(&away, &file).unwrap();
    let again = Home::start(home.belino(&["serve"]));
    again
        .until("/api/deliveries", |_, text| text.contains("\"body_bytes\":7"))
        .await;
    assert_eq!(again.deliver("{\"n\":2}").await.status(), 200);
}

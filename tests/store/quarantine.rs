//! What could not be verified: kept in a ring.

use belino::domain::DeliveryId;
use belino::ingest::Quarantine;
use belino::store::{PageRequest, Quarantined, StoreError};

use crate::database::{PAGE, TestDb};

crate::on_both![
    what_was_refused_is_kept_with_its_reason,
    the_ring_keeps_the_newest_thousand,
    what_was_refused_pages_newest_first,
    what_nobody_writes_in_time_is_counted_and_not_waited_for,
];

fn refused(db: &TestDb, body: &[u8]) -> Quarantined {
    Quarantined {
        id: db.store.delivery_id(db.now()),
        received_at: db.now(),
        reason: "bad-signature",
        headers: b"{}".to_vec(),
        body: body.to_vec(),
        body_bytes: 5_000,
    }
}

async fn what_was_refused_is_kept_with_its_reason(db: TestDb) {
    let one = refused(&db, &[0, 159, 1]);
    let id = one.id;
    db.store.quarantine(vec![one]).await.unwrap();
    let row = db.store.quarantined_one(id).await.unwrap();
    assert_eq!(
        (row.id, row.received_at, row.reason.as_str()),
        (id, db.now(), "bad-signature")
    );
    assert_eq!((row.headers.as_slice(), row.body_bytes), (&b"{}"[..], 5_000));
    assert_eq!(db.store.quarantined_body(id).await.unwrap(), [0, 159, 1]);
    assert_eq!(
        db.store.summary(None).await.unwrap().counters["deliveries.quarantined"],
        1
    );
    let nobody = db.store.delivery_id(db.now());
    let missing = [
        db.store.quarantined_one(nobody).await.err(),
        db.store.quarantined_body(nobody).await.err(),
    ];
    for error in missing {
        assert!(
            matches!(error, Some(StoreError::NotFound("delivery"))),
            "{error:?}"
        );
    }
}

async fn the_ring_keeps_the_newest_thousand(db: TestDb) {
    let batch: Vec<_> = (0..1_003).map(|_| refused(&db, b"x")).collect();
    let ids: Vec<DeliveryId> = batch.iter().map(|one| one.id).collect();
    db.store.quarantine(batch).await.unwrap();
    let all = PageRequest {
        after: None,
        limit: 2_000,
    };
    let kept = db.store.quarantined(all).await.unwrap();
    assert_eq!(kept.len(), 1_000);
    assert_eq!((kept[0].id, kept[999].id), (ids[1_002], ids[3]));
    assert_eq!(
        db.store.summary(None).await.unwrap().counters["deliveries.quarantined"],
        1_003
    );
}

async fn what_was_refused_pages_newest_first(db: TestDb) {
    let batch: Vec<_> = (0..3).map(|_| refused(&db, b"x")).collect();
    let ids: Vec<DeliveryId> = batch.iter().map(|one| one.id).collect();
    db.store.quarantine(batch).await.unwrap();
    let first = db.store.quarantined(PAGE).await.unwrap();
    assert_eq!(
        first.iter().map(|row| row.id).collect::<Vec<_>>(),
        [ids[2], ids[1], ids[0]]
    );
    let after = PageRequest {
        after: Some(ids[2].uuid()),
        limit: 1,
    };
    assert_eq!(db.store.quarantined(after).await.unwrap()[0].id, ids[1]);
}

async fn what_nobody_writes_in_time_is_counted_and_not_waited_for(db: TestDb) {
    let (quarantine, mut writer) = Quarantine::new(db.store.clone());
    for _ in 0..100 {
        quarantine.offer(refused(&db, b"x"));
    }
    let dropped = quarantine.dropped();
    drop(quarantine);
    while writer.write_next().await {}
    let kept = db.store.summary(None).await.unwrap().counters["deliveries.quarantined"];
    assert!(dropped > 0 && kept > 0, "{kept} kept, {dropped} dropped");
    assert_eq!(u64::try_from(kept).unwrap() + dropped, 100);
}

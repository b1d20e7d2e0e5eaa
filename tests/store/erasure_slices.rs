//! Slices of an erasure: short, each by one process, and none is missed.

use std::time::Duration;

use belino::store::{
    Erasing, ErasureState, EventFilter, FeedCursor, ObjectFilter, PageRequest, Store, StoreError, Verdict,
};

use crate::database::{PAGE, TestDb, parse};
use crate::erasure::{OTHER, OWN, ask, erase, own, removed, slice, state};
use crate::payloads::{comments, mention, message, of_many, story};
use crate::races::deliver_to;

crate::on_both![
    slices_are_short_and_any_of_them_can_be_the_last_of_a_process,
    processes_that_erase_together_remove_each_row_once,
    what_comes_while_an_account_is_erased_leaves_nothing_of_it,
    an_event_that_was_seen_often_goes_in_several_slices,
    bytes_go_only_when_the_last_part_has_been_read,
];

/// Something of every kind for the person's account, and some for another.
pub(crate) async fn fill(db: &TestDb) {
    own(db).await;
    db.connect(OTHER).await;
    for account in [OWN, OTHER] {
        let ids = (0..90).map(|n| format!("{account}.c{n}"));
        db.receive(&comments(account, ids)).await;
        db.receive(&mention(account, "m1", Some("c1"))).await;
        db.receive(&story(account, "s1", 70)).await;
        for n in 0..20 {
            db.receive(&message(account, &format!("{account}.m{n}"), "hi"))
                .await;
        }
    }
    db.unpack().await;
    crate::settle::fail_once(db, Verdict::Wait(db.now() + Duration::from_secs(1))).await;
    while !db.finish_all().await.is_empty() {}
}

/// Nothing of the person's account is left, and all of the other's.
async fn only_the_other_is_left(db: &TestDb, code: &str) {
    assert_eq!(state(db, code).await, ErasureState::Done);
    let other = db.account(OTHER).await;
    for (kind, count) in [
        ("events", 112),
        ("comments", 90),
        ("mentions", 1),
        ("messages", 20),
        ("story_insights", 1),
    ] {
        assert_eq!(removed(db, code, kind).await, count, "{kind}");
    }
    assert_eq!(removed(db, code, "deliveries").await, 23);
    let counts = db.store.counts(other).await.unwrap();
    assert_eq!((counts.retired, counts.total()), (0, 112));
    let all = db.store.summary(None).await.unwrap().events;
    assert_eq!((all.retired, all.total()), (112, 224));
    let filter = EventFilter {
        account: Some(other),
        ..EventFilter::default()
    };
    let page = PageRequest {
        after: None,
        limit: 500,
    };
    assert_eq!(
        db.store
            .events(&EventFilter::default(), page)
            .await
            .unwrap()
            .len(),
        112
    );
    assert_eq!(db.store.events(&filter, page).await.unwrap().len(), 112);
    assert_eq!(
        db.store
            .comments(&ObjectFilter::default(), page)
            .await
            .unwrap()
            .len(),
        90
    );
    assert_eq!(
        db.store
            .messages(&ObjectFilter::default(), page)
            .await
            .unwrap()
            .len(),
        20
    );
    for told in db.told(None, None, FeedCursor::default()).await {
        assert!(
            told.account_id == OTHER || told.kind == "account.erased",
            "{told:?}"
        );
    }
}

async fn slices_are_short_and_any_of_them_can_be_the_last_of_a_process(db: TestDb) {
    fill(&db).await;
    let code = ask(&db).await;
    db.clock.advance(Duration::from_secs(6));
    let (killed, process) = (db.another().await, db.another().await);
    let (mut before, mut slices) = (0, 0);
    loop {
        // What a process had begun that was killed is rolled back; the next one begins where it did.
        drop(tokio::time::timeout(Duration::from_micros(slices * 37), killed.erase_slice()).await);
        if slice(&process).await == Erasing::Nothing {
            break;
        }
        slices += 1;
        let erasure = db.store.erasure(&code).await.unwrap().unwrap();
        let total: i64 = erasure.removed.iter().map(|(_, count)| count).sum();
        assert!(total - before <= 2 * 64, "{before} then {total}");
        before = total;
        assert!(db.store.counts_are_true().await.unwrap(), "after every slice");
    }
    only_the_other_is_left(&db, &code).await;
}

async fn processes_that_erase_together_remove_each_row_once(db: TestDb) {
    fill(&db).await;
    let code = ask(&db).await;
    db.clock.advance(Duration::from_secs(6));
    let work = async |store: Store| while slice(&store).await == Erasing::Slice {};
    let (one, two, three) = (db.another().await, db.another().await, db.another().await);
    tokio::join!(work(one), work(two), work(three));
    erase(&db).await;
    only_the_other_is_left(&db, &code).await;
}

async fn what_comes_while_an_account_is_erased_leaves_nothing_of_it(db: TestDb) {
    own(&db).await;
    db.connect(OTHER).await;
    let (receiving, erasing) = (db.another().await, db.another().await);
    let come = async |from: usize, to: usize| {
        for n in from..to {
            let both = [
                (OWN.to_owned(), format!("c{n}")),
                (OTHER.to_owned(), format!("o{n}")),
            ];
            deliver_to(&receiving, &db, &of_many(&both)).await;
        }
    };
    come(0, 10).await;
    let withdraw = async {
        ask(&db).await;
        db.clock.advance(Duration::from_secs(6));
        for _ in 0..40 {
            slice(&erasing).await;
        }
    };
    tokio::join!(come(10, 60), withdraw);
    erase(&db).await;
    let events = db.events().await;
    assert_eq!(events.len(), 60);
    assert!(
        events
            .iter()
            .all(|event| event.account_id.as_deref() == Some(OTHER))
    );
    let kept = db.store.deliveries(None, PAGE).await.unwrap();
    assert_eq!(
        kept.iter()
            .filter(|delivery| delivery.redacted_at.is_none())
            .count(),
        0
    );
    while !db.finish_all().await.is_empty() {}
}

async fn an_event_that_was_seen_often_goes_in_several_slices(db: TestDb) {
    own(&db).await;
    let append = db.append_of(&comments(OWN, std::iter::repeat_n("c1".to_owned(), 200)));
    db.store.append(&[append]).await.unwrap();
    db.unpack().await;
    assert_eq!(db.event().await.sightings, 199);
    ask(&db).await;
    assert!(erase(&db).await > 13, "199 sightings are no single slice");
    assert!(db.events().await.is_empty());
}

async fn bytes_go_only_when_the_last_part_has_been_read(db: TestDb) {
    own(&db).await;
    ask(&db).await;
    erase(&db).await;
    let both = of_many(&[
        (OWN.to_owned(), "c1".to_owned()),
        (OTHER.to_owned(), "c2".to_owned()),
    ]);
    let id = db.receive(&both).await;
    let mut first = parse(&db.store.received(10).await.unwrap()[0]);
    let mut last = parse(&db.store.received(10).await.unwrap()[0]);
    first.complete = false;
    first.items.as_mut().unwrap().truncate(1);
    last.items.as_mut().unwrap().remove(0);
    assert_eq!(db.store.unpack(&[first]).await.unwrap().events, 0);
    erase(&db).await;
    assert!(
        !db.store.delivery_body(id).await.unwrap().is_empty(),
        "there is more to read in it"
    );
    assert_eq!(db.store.unpack(&[last]).await.unwrap().events, 1);
    erase(&db).await;
    let gone = db.store.delivery_body(id).await;
    assert!(matches!(gone, Err(StoreError::Erased(_))), "{gone:?}");
    let kept = db.store.delivery(id).await.unwrap();
    assert_eq!(kept.body_bytes, i64::try_from(both.to_string().len()).unwrap());
    assert!(kept.redacted_at.is_some() && kept.redacted_sha256.is_some());
}

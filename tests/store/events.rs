//! Lists of events, and the work that a lane has.

use std::time::Duration;

use belino::domain::{AccountKey, EventId, Outcome, State};
use belino::store::{EventFilter, PageRequest, StoreError, Verdict};

use crate::database::{PAGE, TestDb};
use crate::payloads::{changes, comment, comment_on, message, story};

crate::on_both![
    events_page_newest_first,
    events_are_filtered_by_everything,
    a_parked_lane_shows_its_pending_events_as_parked,
    another_workspace_sees_nothing,
    due_work_is_live_before_replayed_and_oldest_first,
    what_waits_is_due_when_its_time_comes,
    the_next_work_of_a_lane_is_known,
    events_that_tell_of_a_comment_are_found_in_whatever_state,
    media_with_two_waiting_events_are_busy,
    work_says_what_it_is_about,
];

async fn ids(db: &TestDb, filter: EventFilter) -> Vec<EventId> {
    let events = db.store.events(&filter, PAGE).await.unwrap();
    events.iter().map(|event| event.id).collect()
}

async fn events_page_newest_first(db: TestDb) {
    db.connect("1").await;
    for n in 0..5 {
        db.deliver(&comment("1", &format!("c{n}"), "hi")).await;
    }
    let mut seen = Vec::new();
    let mut page = PageRequest {
        after: None,
        limit: 2,
    };
    loop {
        let events = db.store.events(&EventFilter::default(), page).await.unwrap();
        let Some(last) = events.last() else { break };
        page.after = Some(last.id.uuid());
        seen.extend(events.into_iter().filter_map(|event| event.object_id));
        db.deliver(&comment("1", &format!("late{}", seen.len()), "hi"))
            .await;
    }
    assert_eq!(seen, ["c4", "c3", "c2", "c1", "c0"]);
}

async fn events_are_filtered_by_everything(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.connect("2").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    db.finish_all().await;
    db.clock.advance(Duration::from_secs(10));
    let (middle, delivery) = (db.now(), db.receive(&message("1", "m1", "hi")).await);
    db.unpack().await;
    db.clock.advance(Duration::from_secs(10));
    db.deliver(&comment("2", "c2", "hi")).await;
    let [third, second, first] = ids(&db, EventFilter::default()).await[..] else {
        panic!("three events")
    };

    let all = EventFilter::default;
    let of_account = EventFilter {
        account: Some(account),
        ..all()
    };
    assert_eq!(ids(&db, of_account).await, [second, first]);
    let comments = EventFilter {
        field: Some("comments".to_owned()),
        ..all()
    };
    assert_eq!(ids(&db, comments).await, [third, first]);
    let of_delivery = EventFilter {
        delivery: Some(delivery),
        ..all()
    };
    assert_eq!(ids(&db, of_delivery).await, [second]);
    let pending = EventFilter {
        state: Some(State::Pending),
        ..all()
    };
    assert_eq!(ids(&db, pending).await, [third]);
    let done = EventFilter {
        state: Some(State::Done),
        ..all()
    };
    assert_eq!(ids(&db, done).await, [second, first]);
    for state in [State::Waiting, State::Parked, State::Dead] {
        assert!(
            ids(
                &db,
                EventFilter {
                    state: Some(state),
                    ..all()
                }
            )
            .await
            .is_empty()
        );
    }
    let enriched = EventFilter {
        outcome: Some(Outcome::Enriched),
        ..all()
    };
    assert_eq!(ids(&db, enriched).await, [first]);
    let since = EventFilter {
        since: Some(middle),
        ..all()
    };
    assert_eq!(ids(&db, since).await, [third, second]);
    let until = EventFilter {
        until: Some(middle),
        ..all()
    };
    assert_eq!(ids(&db, until).await, [first]);
    let nobody = EventFilter {
        account: Some(AccountKey::NOBODY),
        ..all()
    };
    assert!(ids(&db, nobody).await.is_empty());
    let elsewhere = EventFilter {
        delivery: Some(db.store.delivery_id(db.now())),
        ..all()
    };
    assert!(ids(&db, elsewhere).await.is_empty());
}

async fn a_parked_lane_shows_its_pending_events_as_parked(db: TestDb) {
    db.deliver(&comment("999", "c1", "hi")).await;
    let of = |state| EventFilter {
        state: Some(state),
        ..EventFilter::default()
    };
    assert!(ids(&db, of(State::Pending)).await.is_empty());
    assert_eq!(ids(&db, of(State::Parked)).await.len(), 1);
    db.connect("999").await;
    assert_eq!(ids(&db, of(State::Pending)).await.len(), 1);
    assert!(ids(&db, of(State::Parked)).await.is_empty());
}

async fn another_workspace_sees_nothing(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    db.deliver(&comment("999", "c2", "hi")).await;
    let of = async |name: &str| EventFilter {
        workspace: Some(db.workspace(name).await),
        ..EventFilter::default()
    };
    let (one, two) = (of("one").await, of("two").await);
    let event = db.event_of("c1").await.id;
    assert_eq!(ids(&db, one.clone()).await, [event]);
    assert!(ids(&db, two.clone()).await.is_empty());
    assert!(db.store.event(event, &one).await.is_ok());
    let hidden = db.store.event(event, &two).await.unwrap_err();
    assert!(matches!(hidden, StoreError::NotFound("event")), "{hidden:?}");
}

async fn due_work_is_live_before_replayed_and_oldest_first(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.deliver(&comment("1", "old", "hi")).await;
    db.finish_all().await;
    let replayed = db.event().await.id;
    db.store.requeue(&[replayed], 1).await.unwrap();
    for id in ["c1", "c2"] {
        db.clock.advance(Duration::from_secs(1));
        db.deliver(&comment("1", id, "hi")).await;
    }
    let work = db.store.due_work(account, 10).await.unwrap();
    let about: Vec<_> = work
        .iter()
        .map(|item| item.object_id.as_deref().unwrap())
        .collect();
    assert_eq!(about, ["c1", "c2", "old"]);
    assert_eq!(db.store.due_work(account, 2).await.unwrap().len(), 2);
}

async fn what_waits_is_due_when_its_time_comes(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.deliver(&comment("1", "c1", "hi")).await;
    let due = db.now() + Duration::from_mins(1);
    crate::settle::fail_once(&db, Verdict::Wait(due)).await;
    assert!(db.store.due_work(account, 10).await.unwrap().is_empty());
    db.clock.set(due);
    let work = db.store.due_work(account, 10).await.unwrap();
    assert_eq!(
        (work.len(), work[0].state, work[0].attempts),
        (1, State::Waiting, 1)
    );
}

async fn the_next_work_of_a_lane_is_known(db: TestDb) {
    let account = db.connect("1").await.account_key;
    assert_eq!(db.store.next_work(account).await.unwrap(), None);
    db.deliver(&comment("1", "c1", "hi")).await;
    let first = db.now();
    assert_eq!(db.store.next_work(account).await.unwrap(), Some(first));
    let later = first + Duration::from_mins(1);
    crate::settle::fail_once(&db, Verdict::Wait(later)).await;
    assert_eq!(db.store.next_work(account).await.unwrap(), Some(later));
    db.clock.advance(Duration::from_secs(1));
    db.store.requeue(&[db.event().await.id], 1).await.unwrap();
    assert_eq!(db.store.next_work(account).await.unwrap(), Some(db.now()));
}

async fn events_that_tell_of_a_comment_are_found_in_whatever_state(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.connect("2").await;
    for (account, id) in [("1", "c1"), ("1", "c2"), ("2", "c1")] {
        db.deliver(&comment(account, id, "hi")).await;
    }
    db.deliver(&story("1", "c1", 5)).await;
    let names = |list: [&str; 2]| list.map(str::to_owned).to_vec();
    for state in [State::Pending, State::Done] {
        let found = db
            .store
            .comment_events(account, names(["c1", "c9"]))
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].object_id.as_deref(), Some("c1"));
        assert_eq!(found[0].field.as_str(), "comments");
        assert_eq!(found[0].state, state);
        db.finish_all().await;
    }
}

async fn media_with_two_waiting_events_are_busy(db: TestDb) {
    let account = db.connect("1").await.account_key;
    let list = [
        ("m1", "c1"),
        ("m1", "c2"),
        ("m1", "c3"),
        ("m2", "c4"),
        ("m3", "c5"),
        ("m3", "c6"),
    ];
    let list = list.map(|(media, id)| comment_on(media, id, "hi"));
    db.deliver(&changes("1", &list)).await;
    let asked = ["m1", "m2", "m4"].map(str::to_owned).to_vec();
    let busy = db.store.busy_media(account, asked.clone()).await.unwrap();
    assert_eq!(busy, [("m1".to_owned(), 3)]);
    db.finish_all().await;
    assert!(db.store.busy_media(account, asked).await.unwrap().is_empty());
}

async fn work_says_what_it_is_about(db: TestDb) {
    let account = db.connect("1").await.account_key;
    let mut change = comment_on("m1", "c1", "hi");
    change["value"]["parent_id"] = "c0".into();
    change["value"]["media"]["ad_id"] = "a1".into();
    db.deliver(&changes("1", &[change])).await;
    let work = db.store.due_work(account, 10).await.unwrap();
    let item = &work[0];
    assert_eq!(
        (item.object_id.as_deref(), item.media_id.as_deref()),
        (Some("c1"), Some("m1"))
    );
    assert_eq!((item.parent_id.as_deref(), item.paid), (Some("c0"), true));
    assert_eq!(
        (item.attempts, item.received_at, item.id),
        (0, db.now(), db.event().await.id)
    );
}

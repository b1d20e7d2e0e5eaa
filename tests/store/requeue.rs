//! Events put back to work by a person or a replay.

use belino::domain::{EventId, ParkedOn, State};
use belino::store::{Event, EventFilter, NewReplay, ReplaySource, StoreError, Verdict};

use crate::database::TestDb;
use crate::payloads::{comment, comments, message, test_notification};

crate::on_both![
    what_is_finished_parked_or_given_up_can_be_put_back,
    what_needs_no_call_is_not_put_back,
    what_is_at_work_stays_as_it_is,
    a_replay_goes_through_its_events_slice_by_slice,
    a_replay_stops_at_the_moment_it_was_asked_for,
    the_oldest_replay_runs_first,
    a_replay_of_raw_deliveries_notes_how_far_it_is,
    a_replay_is_seen_by_its_workspace_only,
];

async fn what_is_finished_parked_or_given_up_can_be_put_back(db: TestDb) {
    let account = db.connect("1").await.account_key;
    for (id, verdict) in [
        ("c1", Verdict::Dead),
        ("c2", Verdict::Park(ParkedOn::UnknownError)),
        ("c3", Verdict::Wait(db.now() + crate::database::LEASE)),
    ] {
        db.deliver(&comment("1", id, "hi")).await;
        crate::settle::fail_once(&db, verdict).await;
    }
    db.deliver(&comment("1", "c4", "hi")).await;
    db.finish_all().await;
    let ids: Vec<EventId> = db.events().await.iter().map(|event| event.id).collect();
    assert!(db.events().await.iter().all(Event::can_be_requeued));
    assert_eq!(db.store.requeue(&ids, 0).await.unwrap(), 4);
    for event in db.events().await {
        assert_eq!(
            (event.state, event.outcome, event.attempts),
            (State::Pending, None, 0)
        );
        assert_eq!((event.reason_code, event.due_at), (None, Some(db.now())));
    }
    assert_eq!(db.store.counts(account).await.unwrap().pending, 4);
    assert_eq!(db.finish_all().await.len(), 4);
}

async fn what_needs_no_call_is_not_put_back(db: TestDb) {
    db.connect("1").await;
    db.deliver(&message("1", "m1", "hi")).await;
    db.deliver(&test_notification()).await;
    let broken = serde_json::json!({"field": "comments", "value": {}});
    db.deliver(&crate::payloads::changes("1", &[broken])).await;
    let ids: Vec<EventId> = db.events().await.iter().map(|event| event.id).collect();
    assert!(!db.events().await.iter().any(Event::can_be_requeued));
    assert_eq!(db.store.requeue(&ids, 0).await.unwrap(), 0);
    assert_eq!(db.store.requeue(&[], 0).await.unwrap(), 0);
    assert_eq!(db.store.requeue(&[EventId::at(db.now())], 0).await.unwrap(), 0);
}

async fn what_is_at_work_stays_as_it_is(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let event = db.event().await.id;
    assert_eq!(db.store.requeue(&[event], 1).await.unwrap(), 0);
    assert_eq!(db.finish_all().await, [event]);
}

async fn a_replay_goes_through_its_events_slice_by_slice(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comments("1", (0..5).map(|n| format!("c{n}")))).await;
    db.deliver(&message("1", "m1", "hi")).await;
    db.finish_all().await;
    db.clock.advance(crate::database::LEASE);
    let filter = EventFilter {
        state: Some(State::Done),
        ..EventFilter::default()
    };
    let new = NewReplay {
        workspace: None,
        source: ReplaySource::Events,
        filter: filter.clone(),
    };
    let created = db.store.create_replay(new).await.unwrap();
    assert_eq!(
        (created.position, created.matched, created.finished_at),
        (None, 0, None)
    );
    assert_eq!(
        serde_json::from_str::<EventFilter>(&created.filter)
            .unwrap()
            .state,
        filter.state
    );
    let mut slices = 0;
    while let Some(replay) = db.store.running_replay().await.unwrap() {
        let after = replay.position.map(EventId::from);
        let slice = db
            .store
            .events_to_replay(&filter, after, replay.created_at, 4)
            .await
            .unwrap();
        assert!(slice.is_sorted());
        db.store.replay_events(&replay, &slice).await.unwrap();
        slices += 1;
    }
    let done = db.store.replay(created.id, None).await.unwrap();
    assert_eq!((slices, done.matched, done.changed), (3, 6, 5));
    assert_eq!(done.finished_at, Some(db.now()));
    assert_eq!(db.finish_all().await.len(), 5);
}

async fn a_replay_stops_at_the_moment_it_was_asked_for(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let before = db.now();
    db.clock.advance(crate::database::LEASE);
    db.deliver(&comment("1", "c2", "hi")).await;
    let all = EventFilter::default();
    let of = async |before| db.store.events_to_replay(&all, None, before, 10).await.unwrap();
    assert!(of(before).await.is_empty());
    assert_eq!(of(db.now()).await, [db.event_of("c1").await.id]);
}

async fn the_oldest_replay_runs_first(db: TestDb) {
    let new = |source| NewReplay {
        workspace: None,
        source,
        filter: EventFilter::default(),
    };
    assert!(db.store.running_replay().await.unwrap().is_none());
    let first = db.store.create_replay(new(ReplaySource::Raw)).await.unwrap();
    let second = db.store.create_replay(new(ReplaySource::Events)).await.unwrap();
    let running = db.store.running_replay().await.unwrap().unwrap();
    assert_eq!((running.id, running.source), (first.id, ReplaySource::Raw));
    db.store.replay_advanced(&first, None, 0, 0).await.unwrap();
    assert_eq!(db.store.running_replay().await.unwrap().unwrap().id, second.id);
}

async fn a_replay_of_raw_deliveries_notes_how_far_it_is(db: TestDb) {
    let new = NewReplay {
        workspace: None,
        source: ReplaySource::Raw,
        filter: EventFilter::default(),
    };
    let replay = db.store.create_replay(new).await.unwrap();
    let delivery = db.receive(&comment("1", "c1", "hi")).await;
    db.store
        .replay_advanced(&replay, Some(delivery.uuid()), 3, 1)
        .await
        .unwrap();
    let running = db.store.running_replay().await.unwrap().unwrap();
    assert_eq!(
        (running.position, running.matched, running.changed),
        (Some(delivery.uuid()), 3, 1)
    );
    db.store.replay_advanced(&running, None, 2, 0).await.unwrap();
    let done = db.store.replay(replay.id, None).await.unwrap();
    assert_eq!(
        (done.position, done.matched, done.changed),
        (Some(delivery.uuid()), 5, 1)
    );
    assert!(done.finished_at.is_some());
}

async fn a_replay_is_seen_by_its_workspace_only(db: TestDb) {
    let (one, two) = (db.workspace("one").await, db.workspace("two").await);
    let new = NewReplay {
        workspace: Some(one),
        source: ReplaySource::Events,
        filter: EventFilter::default(),
    };
    let id = db.store.create_replay(new).await.unwrap().id;
    assert_eq!(
        db.store.replay(id, Some(one)).await.unwrap().workspace_id,
        Some(one)
    );
    let hidden = db.store.replay(id, Some(two)).await.unwrap_err();
    assert!(matches!(hidden, StoreError::NotFound("replay")), "{hidden:?}");
}

//! Erasing what is a person's: access at once, the rest in short slices that survive every interruption.

use std::time::Duration;

use belino::domain::{AccountKey, Keep, Login, Retention, Timestamp};
use belino::store::{
    ConnectSession, Erasing, ErasureState, FeedCursor, NewConnection, ObjectFilter, Person, Store, StoreError,
};

use crate::database::{PAGE, TestDb, finishing};
use crate::erasure_slices::fill;
use crate::payloads::{changes, comment, comment_on, of_many};

crate::on_both![
    connections_are_gone_with_the_answer_and_an_account_loses_its_name,
    a_token_that_waits_for_a_choice_goes_with_the_person,
    a_worker_that_has_the_lane_writes_nothing_more,
    what_was_not_read_when_it_was_asked_for_is_read_first,
    what_a_person_wrote_elsewhere_goes_even_if_its_event_went_before,
    an_account_that_had_two_names_goes_under_both,
    whoever_comes_back_while_it_runs_and_asks_again_is_erased_again,
    a_workspace_learns_that_an_account_was_erased_and_keeps_its_sums,
    retention_takes_the_marks_of_redacted_deliveries_along,
];

pub(crate) const OWN: &str = "17841400000000001";
const SCOPED: &str = "26000000000000001";
pub(crate) const OTHER: &str = "17841400000000002";

fn person(id: &str) -> Person {
    Person {
        login: Some(Login::Instagram),
        id: id.to_owned(),
        signed_at: None,
    }
}

async fn instagram(db: &TestDb) -> NewConnection {
    NewConnection {
        login: Login::Instagram,
        app_scoped_id: Some(SCOPED.to_owned()),
        ..db.connection(OWN).await
    }
}

/// The person's account, connected by Instagram Login.
pub(crate) async fn own(db: &TestDb) -> AccountKey {
    db.store.connect(instagram(db).await).await.unwrap();
    db.account(OWN).await
}

pub(crate) async fn ask(db: &TestDb) -> String {
    db.store.request_erasure(&person(SCOPED)).await.unwrap().code
}

/// A slice; lost against another transaction it is none.
pub(crate) async fn slice(store: &Store) -> Erasing {
    loop {
        match store.erase_slice().await {
            Err(error) if error.is_contention() => {}
            done => return done.unwrap(),
        }
    }
}

pub(crate) async fn erase(db: &TestDb) -> usize {
    db.clock.advance(Duration::from_secs(6));
    let mut slices = 0;
    while slice(&db.store).await == Erasing::Slice {
        slices += 1;
    }
    slices
}

pub(crate) async fn removed(db: &TestDb, code: &str, kind: &str) -> i64 {
    let erasure = db.store.erasure(code).await.unwrap().unwrap();
    let found = erasure.removed.iter().find(|(name, _)| name == kind);
    found.map_or(0, |(_, count)| *count)
}

pub(crate) async fn state(db: &TestDb, code: &str) -> ErasureState {
    db.store.erasure(code).await.unwrap().unwrap().state
}

async fn redacted(db: &TestDb) -> usize {
    let kept = db.store.deliveries(None, PAGE).await.unwrap();
    kept.iter()
        .filter(|delivery| delivery.redacted_at.is_some())
        .count()
}

async fn connections_are_gone_with_the_answer_and_an_account_loses_its_name(db: TestDb) {
    own(&db).await;
    db.connect(OTHER).await;
    db.deliver(&comment(OWN, "c1", "hi")).await;
    let code = ask(&db).await;
    let left = db.store.connections(None).await.unwrap();
    assert_eq!(left.len(), 1);
    for id in [OWN, SCOPED] {
        assert!(db.store.account_by_id(id).await.unwrap().is_none());
    }
    assert_eq!(db.store.accounts(None).await.unwrap().len(), 1);
    assert_eq!(state(&db, &code).await, ErasureState::Received);
    assert_eq!(
        db.store.request_erasure(&person(SCOPED)).await.unwrap().code,
        code
    );
    erase(&db).await;
    assert_eq!(state(&db, &code).await, ErasureState::Done);
    assert!(db.events().await.is_empty());
    assert!(db.store.erasure("unknown").await.unwrap().is_none());
}

async fn a_token_that_waits_for_a_choice_goes_with_the_person(db: TestDb) {
    let workspace_id = db.workspace("one").await;
    for (at, withdraws) in [(1_u8, true), (2, false)] {
        let session = ConnectSession {
            hash: vec![at; 32],
            workspace_id,
            facebook_user_id: "70001".to_owned(),
            asked: String::new(),
            scopes: String::new(),
            candidates: "[]".to_owned(),
            key_id: "k1".to_owned(),
            token: vec![7; 40],
            token_ends_at: None,
            data_access_ends_at: None,
            return_to: None,
            ends_at: db.now() + Duration::from_hours(1),
        };
        db.store.keep_session(session).await.unwrap();
        let somebody = person(if withdraws { "70001" } else { "70002" });
        db.store.deauthorize(&somebody).await.unwrap();
        db.store.request_erasure(&somebody).await.unwrap();
        assert_eq!(db.store.session([at; 32], None).await.is_err(), withdraws);
    }
    erase(&db).await;
}

async fn a_worker_that_has_the_lane_writes_nothing_more(db: TestDb) {
    own(&db).await;
    db.deliver(&comment(OWN, "c1", "hi")).await;
    let (lane, work) = db.claim_work().await;
    ask(&db).await;
    let outcome = db.settle(&lane, finishing(work)).await;
    assert!(matches!(outcome, Err(StoreError::LeaseLost)), "{outcome:?}");
    assert!(db.claim().await.is_none(), "the lane is parked");
    erase(&db).await;
}

async fn what_was_not_read_when_it_was_asked_for_is_read_first(db: TestDb) {
    own(&db).await;
    db.connect(OTHER).await;
    let both = of_many(&[
        (OWN.to_owned(), "c1".to_owned()),
        (OTHER.to_owned(), "c2".to_owned()),
    ]);
    db.receive(&both).await;
    let code = ask(&db).await;
    assert_eq!(erase(&db).await, 0, "it waits");
    let report = db.unpack().await;
    assert_eq!(report.events, 1, "what is erased becomes no event");
    erase(&db).await;
    assert_eq!(state(&db, &code).await, ErasureState::Done);
    assert_eq!(db.event().await.object_id.as_deref(), Some("c2"));
    assert_eq!(redacted(&db).await, 1);
    db.finish_all().await;
}

async fn what_a_person_wrote_elsewhere_goes_even_if_its_event_went_before(db: TestDb) {
    db.connect(OTHER).await;
    let by = |id: &str, author: &str| {
        let mut change = comment_on("media", id, "hi");
        change["value"]["from"]["id"] = author.into();
        change
    };
    db.deliver(&changes(OTHER, &[by("c1", SCOPED), by("c2", "700")]))
        .await;
    db.finish_all().await;
    db.clock.advance(Duration::from_hours(24 * 40));
    let keep = Retention {
        events: Keep::For(Duration::from_hours(24 * 30)),
        ..Retention::default()
    };
    db.store.remove_due(&keep, |_| {}).await.unwrap();
    db.deliver(&changes(OTHER, &[by("c3", SCOPED), by("c4", "700")]))
        .await;
    db.finish_all().await;
    let code = ask(&db).await;
    erase(&db).await;
    assert_eq!(
        (
            removed(&db, &code, "comments").await,
            removed(&db, &code, "events").await
        ),
        (2, 1)
    );
    let mut left: Vec<String> = db
        .store
        .comments(&ObjectFilter::default(), PAGE)
        .await
        .unwrap()
        .into_iter()
        .map(|comment| comment.id)
        .collect();
    left.sort();
    assert_eq!(left, ["c2", "c4"]);
    let report = db
        .deliver(&changes(OTHER, &[by("c3", SCOPED), by("c5", SCOPED)]))
        .await;
    assert_eq!(
        report.events, 1,
        "what they do from now on is kept, what was erased is not"
    );
    db.finish_all().await;
    erase(&db).await;
}

async fn an_account_that_had_two_names_goes_under_both(db: TestDb) {
    db.deliver(&comment(SCOPED, "c1", "under one")).await;
    db.deliver(&comment(OWN, "c1", "under the other")).await;
    own(&db).await;
    db.finish_all().await;
    ask(&db).await;
    erase(&db).await;
    assert!(db.events().await.is_empty());
    assert_eq!(redacted(&db).await, 2);
    for id in [OWN, SCOPED] {
        assert_eq!(db.deliver(&comment(id, "c2", "again")).await.events, 0);
    }
}

async fn whoever_comes_back_while_it_runs_and_asks_again_is_erased_again(db: TestDb) {
    fill(&db).await;
    let code = ask(&db).await;
    db.clock.advance(Duration::from_secs(6));
    for _ in 0..5 {
        slice(&db.store).await;
    }
    own(&db).await;
    assert_eq!(db.deliver(&comment(OWN, "c100", "back")).await.events, 1);
    assert_eq!(ask(&db).await, code, "it is the same one, and begins again");
    erase(&db).await;
    assert_eq!(state(&db, &code).await, ErasureState::Done);
    assert_eq!(
        (
            removed(&db, &code, "connections").await,
            removed(&db, &code, "events").await
        ),
        (2, 113)
    );
    assert_eq!(db.store.accounts(None).await.unwrap().len(), 1);
}

async fn a_workspace_learns_that_an_account_was_erased_and_keeps_its_sums(db: TestDb) {
    own(&db).await;
    let workspace = db.store.workspace("one").await.unwrap();
    db.deliver(&comment(OWN, "c1", "hi")).await;
    ask(&db).await;
    assert_eq!(
        db.store.summary(workspace).await.unwrap().events.total(),
        0,
        "hidden while it runs"
    );
    erase(&db).await;
    let told = db.told(workspace, None, FeedCursor::default()).await;
    let told: Vec<_> = told
        .iter()
        .map(|item| (item.kind.as_str(), item.object_id.clone()))
        .collect();
    let hash = <sha2::Sha256 as sha2::Digest>::digest(OWN);
    assert_eq!(told, [("account.erased", hex::encode(hash))]);
    let sums = db.store.summary(workspace).await.unwrap().events;
    assert_eq!((sums.retired, sums.total()), (1, 1));
    assert!(db.store.standings(workspace).await.unwrap().is_empty());
}

async fn retention_takes_the_marks_of_redacted_deliveries_along(db: TestDb) {
    own(&db).await;
    let id = db.receive(&comment(OWN, "c1", "hi")).await;
    db.unpack().await;
    ask(&db).await;
    erase(&db).await;
    let again = db
        .store
        .deliveries_between(None, Timestamp::default(), db.now(), 10);
    assert!(
        again.await.unwrap().is_empty(),
        "what was redacted is never read again"
    );
    db.clock.advance(Duration::from_hours(24 * 31));
    let retired = db.store.remove_due(&Retention::default(), |_| {}).await.unwrap();
    assert_eq!(retired.deliveries, 1);
    assert!(matches!(
        db.store.delivery(id).await,
        Err(StoreError::NotFound(_))
    ));
}

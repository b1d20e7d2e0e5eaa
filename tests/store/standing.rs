//! How each account stands.

use std::time::Duration;

use belino::domain::{Login, ParkedOn};
use belino::store::{Counts, Release, Settlement};

use crate::database::TestDb;
use crate::payloads::{comment, message};

crate::on_both![
    an_account_stands_with_its_backlog_and_what_its_lane_waits_for,
    only_a_workspaces_own_accounts_are_shown,
    a_lane_without_a_connection_is_parked_by_its_holder,
    a_lane_goes_on_while_another_connection_works,
    a_database_answers,
];

async fn an_account_stands_with_its_backlog_and_what_its_lane_waits_for(db: TestDb) {
    let connection = db.connect("1").await;
    db.connect("2").await;
    db.deliver(&message("1", "m1", "hi")).await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let came = db.now();
    let lane = db.claim().await.unwrap();
    let until = db.now() + Duration::from_mins(1);
    db.store.release_lane(&lane, Release::Rest(until)).await.unwrap();
    let standings = db.store.standings(None).await.unwrap();
    let [one, two] = &standings[..] else {
        panic!("{standings:?}")
    };
    assert_eq!(
        (one.key, one.instagram_id.as_str()),
        (connection.account_key, "1")
    );
    assert_eq!(one.profile.username.as_deref(), Some("user.1"));
    assert_eq!((one.parked_on.as_deref(), one.rest_until), (None, Some(until)));
    assert_eq!(
        (one.last_event_at, one.counts.pending, one.counts.done),
        (Some(came), 1, 1)
    );
    assert_eq!((two.last_event_at, two.counts), (None, Counts::default()));
    db.store
        .disconnect(std::slice::from_ref(&connection))
        .await
        .unwrap();
    let standings = db.store.standings(None).await.unwrap();
    assert_eq!(standings[0].parked_on.as_deref(), Some("reconnect"));
    assert_eq!(standings[0].counts.pending, 1, "as stored");
}

async fn only_a_workspaces_own_accounts_are_shown(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("999", "c1", "hi")).await;
    let (one, two) = (db.workspace("one").await, db.workspace("two").await);
    assert_eq!(db.store.standings(Some(one)).await.unwrap().len(), 1);
    assert!(db.store.standings(Some(two)).await.unwrap().is_empty());
    assert_eq!(db.store.standings(None).await.unwrap().len(), 1);
}

async fn a_lane_without_a_connection_is_parked_by_its_holder(db: TestDb) {
    let connection = db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    let lane = db.claim().await.unwrap();
    db.store.park_lane(&lane, &ParkedOn::Reconnect).await.unwrap();
    assert_eq!(db.event().await.lane_parked_on, None, "its connection works");
    db.store
        .disconnect(std::slice::from_ref(&connection))
        .await
        .unwrap();
    let scope = ParkedOn::Scope("x".to_owned());
    db.store.park_lane(&lane, &scope).await.unwrap();
    assert_eq!(db.event().await.lane_parked_on.as_deref(), Some("scope:x"));
    db.release(&lane).await;
    assert_eq!(db.claim().await, None);
}

async fn a_lane_goes_on_while_another_connection_works(db: TestDb) {
    let facebook = db.connect("1").await;
    let mut new = db.connection("1").await;
    new.login = Login::Instagram;
    db.store.connect(new).await.unwrap();
    db.deliver(&comment("1", "c1", "hi")).await;
    let lane = db.claim().await.unwrap();
    let settlement = Settlement {
        park_lane: Some((ParkedOn::Reconnect, facebook.id, facebook.generation)),
        ..Settlement::default()
    };
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;
    assert_eq!(db.event().await.lane_parked_on, None);
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn a_database_answers(db: TestDb) {
    db.store.ping().await.unwrap();
}

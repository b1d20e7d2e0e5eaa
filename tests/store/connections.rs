//! Connections: an account has one owner, a cure frees what waited for it.

use std::time::Duration;

use belino::domain::{ConnectionId, Login, ParkedOn, State, Timestamp};
use belino::store::{Connection, ConnectionState, FeedCursor, Release, Settlement, StoreError, Verdict};

use crate::database::TestDb;
use crate::payloads::comment;

crate::on_both![
    a_connection_is_stored_as_it_was_verified,
    another_workspace_cannot_take_an_account,
    connecting_again_replaces_the_connection_and_its_generation_goes_on,
    an_account_may_be_connected_by_both_logins,
    connecting_again_frees_the_lane_and_what_was_parked_for_it,
    connecting_frees_more_events_than_one_slice,
    a_workspace_sees_only_its_connections,
    a_disconnected_account_keeps_its_history_and_its_lane_is_parked,
    with_another_connection_left_the_lane_goes_on,
    what_is_removed_is_told_once_and_what_others_need_of_it_is_known,
    probes_come_ever_more_rarely_until_the_cure,
    a_cure_of_a_connection_that_changed_meanwhile_frees_nothing,
    connecting_is_done_again_where_it_lost_against_another_transaction,
];

async fn park(db: &TestDb, connection: &Connection, on: ParkedOn) {
    let lane = db.claim().await.unwrap();
    assert_eq!(lane.account_key, connection.account_key);
    let settlement = Settlement {
        park_lane: Some((on, connection.id, connection.generation)),
        ..Settlement::default()
    };
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;
}

async fn again(db: &TestDb, connection: &Connection) -> Connection {
    db.store.connection(connection.id, None).await.unwrap()
}

async fn a_connection_is_stored_as_it_was_verified(db: TestDb) {
    let mut new = db.connection("1784").await;
    new.page_id = Some("77".to_owned());
    new.app_scoped_id = Some("26".to_owned());
    new.facebook_user_id = Some("88".to_owned());
    new.scopes.push("pages_show_list".to_owned());
    new.expires_at = Some(db.now() + Duration::from_hours(1));
    let told = db.store.connect(new.clone()).await.unwrap();
    let kept = db.store.connection(new.id, Some(new.workspace)).await.unwrap();
    assert_eq!((told.id, told.token), (kept.id, kept.token.clone()));
    assert_eq!(
        (kept.id, kept.login, kept.state),
        (new.id, Login::Facebook, ConnectionState::Active)
    );
    assert_eq!(
        (kept.generation, kept.scopes.as_str()),
        (1, "instagram_basic,pages_show_list")
    );
    assert_eq!(
        (kept.page_id, kept.facebook_user_id),
        (new.page_id, new.facebook_user_id)
    );
    assert_eq!(
        (kept.key_id, kept.token, kept.expires_at),
        (new.key_id, new.token, new.expires_at)
    );
    assert_eq!(
        (kept.state_reason, kept.probe_tries, kept.updated_at),
        (None, 0, db.now())
    );
    let ids = db.store.account_ids(kept.account_key).await.unwrap();
    assert_eq!(ids, ["1784", "26", "77"]);
    let account = db.store.account_by_id("26").await.unwrap().unwrap();
    assert_eq!(account.username.as_deref(), Some("user.1784"));
    assert_eq!(account.workspace_id, Some(new.workspace));
    let told = db.told(None, None, FeedCursor::default()).await;
    assert_eq!(
        (told[0].kind.as_str(), told[0].object_id.as_str()),
        ("account.connected", "1784")
    );
}

async fn another_workspace_cannot_take_an_account(db: TestDb) {
    let first = db.connect("1784").await;
    let mut second = db.connection("1784").await;
    second.workspace = db.workspace("two").await;
    let error = db.store.connect(second).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
    let mut third = db.connection("999").await;
    third.workspace = db.workspace("two").await;
    third.page_id = Some("1784".to_owned());
    let error = db.store.connect(third).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
    assert!(
        db.store.account_by_id("999").await.unwrap().is_none(),
        "nothing of it was kept"
    );
    assert_eq!(again(&db, &first).await.generation, 1);
}

async fn connecting_again_replaces_the_connection_and_its_generation_goes_on(db: TestDb) {
    let first = db.connect("1784").await;
    let second = db.connect("1784").await;
    assert_eq!((second.generation, second.account_key), (2, first.account_key));
    assert_ne!(second.id, first.id);
    let gone = db.store.connection(first.id, None).await.unwrap_err();
    assert!(matches!(gone, StoreError::NotFound("connection")), "{gone:?}");
    assert_eq!(db.store.connections_of(first.account_key).await.unwrap().len(), 1);
}

async fn an_account_may_be_connected_by_both_logins(db: TestDb) {
    let facebook = db.connect("1784").await;
    let mut new = db.connection("1784").await;
    new.login = Login::Instagram;
    db.store.connect(new).await.unwrap();
    let both = db.store.connections_of(facebook.account_key).await.unwrap();
    let logins: Vec<Login> = both.iter().map(|one| one.login).collect();
    assert_eq!(logins, [Login::Facebook, Login::Instagram]);
    assert!(both.iter().all(|one| one.generation == 1));
}

async fn connecting_again_frees_the_lane_and_what_was_parked_for_it(db: TestDb) {
    let connection = db.connect("1").await;
    for (id, on) in [
        ("c1", ParkedOn::Reconnect),
        ("c2", ParkedOn::Scope("instagram_manage_comments".to_owned())),
        ("c3", ParkedOn::UnknownError),
        ("c5", ParkedOn::ForbiddenObject),
    ] {
        db.deliver(&comment("1", id, "hi")).await;
        crate::settle::fail_once(&db, Verdict::Park(on)).await;
    }
    db.deliver(&comment("1", "c4", "hi")).await;
    park(&db, &connection, ParkedOn::Reconnect).await;
    assert_eq!(db.claim().await, None);

    db.connect("1").await;
    assert_eq!(db.finish_all().await.len(), 4);
    assert_eq!(db.event_of("c3").await.state, State::Parked);
}

async fn connecting_frees_more_events_than_one_slice(db: TestDb) {
    db.connect("1").await;
    let many = 1_100;
    db.deliver(&crate::payloads::comments(
        "1",
        (0..many).map(|n| format!("c{n}")),
    ))
    .await;
    let lane = db.claim().await.unwrap();
    let mut settlement = Settlement::default();
    for item in db.store.due_work(lane.account_key, 2_000).await.unwrap() {
        let failing = crate::settle::failing(&db, item, Verdict::Park(ParkedOn::Reconnect));
        settlement.failures.extend(failing.failures);
    }
    db.settle(&lane, settlement).await.unwrap();
    db.release(&lane).await;
    assert_eq!(db.store.counts(lane.account_key).await.unwrap().parked, many);
    db.connect("1").await;
    assert_eq!(db.store.counts(lane.account_key).await.unwrap().pending, many);
}

async fn a_workspace_sees_only_its_connections(db: TestDb) {
    let one = db.connect("1").await;
    let mut new = db.connection("2").await;
    new.workspace = db.workspace("two").await;
    db.store.connect(new.clone()).await.unwrap();
    assert_eq!(db.store.connections(None).await.unwrap().len(), 2);
    let theirs = db.store.connections(Some(new.workspace)).await.unwrap();
    assert_eq!(theirs.iter().map(|one| one.id).collect::<Vec<_>>(), [new.id]);
    let hidden = db
        .store
        .connection(one.id, Some(new.workspace))
        .await
        .unwrap_err();
    assert!(matches!(hidden, StoreError::NotFound("connection")), "{hidden:?}");
    assert!(
        db.store
            .connection(ConnectionId::at(db.now()), None)
            .await
            .is_err()
    );
}

async fn a_disconnected_account_keeps_its_history_and_its_lane_is_parked(db: TestDb) {
    let connection = db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    db.store
        .disconnect(std::slice::from_ref(&connection))
        .await
        .unwrap();
    assert!(db.store.connections(None).await.unwrap().is_empty());
    db.deliver(&comment("1", "c2", "hi")).await;
    assert_eq!(db.claim().await, None);
    assert_eq!(
        db.event_of("c2").await.lane_parked_on.as_deref(),
        Some("reconnect")
    );
    db.connect("1").await;
    assert_eq!(db.finish_all().await.len(), 2);
}

async fn with_another_connection_left_the_lane_goes_on(db: TestDb) {
    let facebook = db.connect("1").await;
    let mut new = db.connection("1").await;
    new.login = Login::Instagram;
    db.store.connect(new).await.unwrap();
    db.deliver(&comment("1", "c1", "hi")).await;
    let lane = db.claim().await.unwrap();
    let rest = Release::Rest(db.now() + Duration::from_hours(1));
    db.store.release_lane(&lane, rest).await.unwrap();
    assert_eq!(db.claim().await, None);
    db.store
        .disconnect(std::slice::from_ref(&facebook))
        .await
        .unwrap();
    assert_eq!(
        db.finish_all().await.len(),
        1,
        "what it rested for was the other's"
    );
}

async fn what_is_removed_is_told_once_and_what_others_need_of_it_is_known(db: TestDb) {
    let by_the_same_person = async |account: &str, login: Login| {
        let mut new = db.connection(account).await;
        new.login = login;
        new.facebook_user_id = (login == Login::Facebook).then(|| "88".to_owned());
        db.store.connect(new).await.unwrap()
    };
    let facebook = by_the_same_person("1", Login::Facebook).await;
    let instagram = by_the_same_person("1", Login::Instagram).await;
    let used = async || {
        let used = db.store.still_used(&facebook).await.unwrap();
        (used.subscription, used.person)
    };
    assert_eq!(used().await, (true, true));
    for _ in 0..2 {
        let both = [facebook.clone(), instagram.clone()];
        db.store.disconnect(&both).await.unwrap();
    }
    assert_eq!(used().await, (false, false));
    by_the_same_person("2", Login::Facebook).await;
    assert_eq!(used().await, (false, true));
    by_the_same_person("1", Login::Facebook).await;
    assert_eq!(used().await, (true, true), "it came back");
    let told = db.told(None, None, FeedCursor::default()).await;
    let ended = told.iter().filter(|item| item.kind == "account.disconnected");
    assert_eq!(ended.count(), 1);
}

async fn probes_come_ever_more_rarely_until_the_cure(db: TestDb) {
    let connection = db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    assert!(db.store.due_probes(10).await.unwrap().is_empty());
    park(&db, &connection, ParkedOn::Scope("x".to_owned())).await;
    assert_eq!(
        again(&db, &connection).await.state,
        ConnectionState::MissingScopes
    );
    let before_due = |due: Timestamp| due - Duration::from_micros(1);
    for wait in [15, 30, 60, 120, 240, 360, 360] {
        db.clock.set(before_due(db.now() + Duration::from_mins(wait)));
        assert!(
            db.store.due_probes(10).await.unwrap().is_empty(),
            "not before {wait} minutes"
        );
        db.clock.advance(Duration::from_micros(1));
        let due = db.store.due_probes(10).await.unwrap();
        assert_eq!(due.len(), 1, "after {wait} minutes");
        assert!(db.store.claim_probe(&due[0]).await.unwrap());
        assert!(
            !db.store.claim_probe(&due[0]).await.unwrap(),
            "one process probes"
        );
    }
    db.store.cured(&again(&db, &connection).await).await.unwrap();
    let cured = again(&db, &connection).await;
    assert_eq!((cured.state, cured.generation), (ConnectionState::Active, 2));
    assert!(db.store.due_probes(10).await.unwrap().is_empty());
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn a_cure_of_a_connection_that_changed_meanwhile_frees_nothing(db: TestDb) {
    let connection = db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    park(&db, &connection, ParkedOn::Reconnect).await;
    let probed = again(&db, &connection).await;
    db.store.disconnect(std::slice::from_ref(&probed)).await.unwrap();
    db.store.cured(&probed).await.unwrap();
    assert!(!db.store.claim_probe(&probed).await.unwrap());
    assert_eq!(db.claim().await, None);
    assert_eq!(db.event().await.lane_parked_on.as_deref(), Some("reconnect"));
}

/// Loses the first three times: a sequence goes on when its transaction does not.
const LOSES: &str = "CREATE SEQUENCE tries;
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('tries') <= 3 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER loses BEFORE INSERT ON connections FOR EACH ROW EXECUTE FUNCTION lose()";

async fn connecting_is_done_again_where_it_lost_against_another_transaction(db: TestDb) {
    if db.store.is_embedded() {
        // One writer has nobody to contend with.
        return;
    }
    db.tamper(LOSES).await;
    let connection = db.connect("1").await;
    assert_eq!(connection.generation, 1);
    assert_eq!(db.store.connections(None).await.unwrap().len(), 1);
}

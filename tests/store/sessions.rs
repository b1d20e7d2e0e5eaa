//! Dialogs that are answered, and people who have yet to choose an account: their tokens are kept for as long as they may,
//! and no longer.

use std::time::Duration;

use belino::domain::{Login, Timestamp};
use belino::store::{ConnectSession, Connection, NewLoginState, StoreError};
use sqlx::{Connection as _, Executor, PgConnection, SqliteConnection};

use crate::database::TestDb;

crate::on_both![
    sessions_that_have_ended_are_destroyed_with_their_tokens,
    a_session_goes_on_under_another_key,
    a_choice_elsewhere_needs_the_person_and_one_here_goes_with_them,
    an_answer_that_cannot_be_a_first_one_waits_for_no_writer,
];

const PERSON: &str = "88";

async fn keep(db: &TestDb, workspace: &str, hash: u8, ends_at: Timestamp) -> [u8; 32] {
    let session = ConnectSession {
        hash: vec![hash; 32],
        workspace_id: db.workspace(workspace).await,
        facebook_user_id: PERSON.to_owned(),
        asked: String::new(),
        scopes: String::new(),
        candidates: "[]".to_owned(),
        key_id: "old".to_owned(),
        token: vec![hash; 40],
        token_ends_at: None,
        data_access_ends_at: None,
        return_to: None,
        ends_at,
    };
    db.store.keep_session(session).await.unwrap();
    [hash; 32]
}

async fn sessions_that_have_ended_are_destroyed_with_their_tokens(db: TestDb) {
    let half_an_hour = Duration::from_mins(30);
    let first = keep(&db, "one", 1, db.now() + half_an_hour).await;
    let second = keep(&db, "one", 2, db.now() + half_an_hour * 2).await;
    assert_eq!(db.store.forget_sessions().await.unwrap(), 0);
    db.clock.advance(half_an_hour);
    let gone = db.store.session(first, None).await.unwrap_err();
    assert!(
        matches!(gone, StoreError::NotFound(_)),
        "it ends at its time: {gone:?}"
    );
    assert_eq!(db.store.forget_sessions().await.unwrap(), 1);
    assert_eq!(db.store.forget_sessions().await.unwrap(), 0);
    assert_eq!(db.store.session(second, None).await.unwrap().token, [2; 40]);
}

async fn a_session_goes_on_under_another_key(db: TestDb) {
    let session = keep(&db, "one", 1, db.now() + Duration::from_mins(30)).await;
    let mut sealed = db.store.sessions_sealed_before("new").await.unwrap();
    let before = sealed.pop().unwrap();
    let anew = ("new".to_owned(), vec![9; 40]);
    db.store.reseal_session(&before, anew).await.unwrap();
    let after = db.store.session(session, None).await.unwrap();
    assert_eq!((after.key_id.as_str(), after.token), ("new", vec![9; 40]));
    assert!(db.store.sessions_sealed_before("new").await.unwrap().is_empty());
}

async fn a_choice_elsewhere_needs_the_person_and_one_here_goes_with_them(db: TestDb) {
    let mut new = db.connection("1").await;
    new.login = Login::Facebook;
    new.facebook_user_id = Some(PERSON.to_owned());
    let connection: Connection = db.store.connect(new).await.unwrap();
    let alone = std::slice::from_ref(&connection);
    db.store.disconnect(alone).await.unwrap();
    let needed = async || db.store.still_used(&connection).await.unwrap().person;
    let ends_at = db.now() + Duration::from_mins(30);
    let here = keep(&db, "one", 1, ends_at).await;
    assert!(!needed().await);
    let elsewhere = keep(&db, "two", 2, ends_at).await;
    assert!(needed().await);
    db.store.forget_choices(&connection).await.unwrap();
    assert!(db.store.session(here, None).await.is_err());
    assert!(db.store.session(elsewhere, None).await.is_ok());
    db.clock.set(ends_at);
    assert!(!needed().await, "its time is over");
}

async fn opened(db: &TestDb, hash: u8, ends_at: Timestamp) -> [u8; 32] {
    let state = NewLoginState {
        hash: [hash; 32],
        workspace: db.workspace("one").await,
        login: Login::Instagram,
        scopes: Vec::new(),
        return_to: None,
        ends_at,
    };
    db.store.remember_login(state).await.unwrap();
    [hash; 32]
}

async fn an_answer_that_cannot_be_a_first_one_waits_for_no_writer(db: TestDb) {
    let (late, used) = (
        opened(&db, 1, db.now()).await,
        opened(&db, 2, db.now() + Duration::from_mins(10)).await,
    );
    let (_, first) = db.store.answer_login(used).await.unwrap().unwrap();
    assert!(first);
    let refused = async || {
        assert!(db.store.answer_login([3; 32]).await.unwrap().is_none());
        for hash in [late, used] {
            let (_, first) = db.store.answer_login(hash).await.unwrap().unwrap();
            assert!(!first);
        }
    };
    if db.store.is_embedded() {
        let mut writer = SqliteConnection::connect(&db.url).await.unwrap();
        writer.execute("BEGIN IMMEDIATE").await.unwrap();
        refused().await;
        writer.close().await.unwrap();
    } else {
        let mut writer = PgConnection::connect(&db.url).await.unwrap();
        let held = "BEGIN; LOCK TABLE login_states IN EXCLUSIVE MODE";
        writer.execute(held).await.unwrap();
        refused().await;
        writer.close().await.unwrap();
    }
}

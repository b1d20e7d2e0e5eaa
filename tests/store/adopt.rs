//! Ids that turn out to be another name of an account: what came under them moves there.

use belino::domain::State;
use belino::store::{EventFilter, FeedCursor, ObjectFilter, StoreError};

use crate::database::{PAGE, TestDb};
use crate::payloads::{comment, mention, message, story};

crate::on_both![
    events_of_a_stranger_are_adopted_when_it_is_connected,
    events_under_every_id_of_an_account_are_adopted,
    objects_that_came_under_both_ids_stay_one,
    what_comes_under_a_learned_id_belongs_to_the_account,
    an_id_of_another_owned_account_is_refused,
    a_lane_of_a_merged_stranger_is_never_due_again,
];

async fn events_of_a_stranger_are_adopted_when_it_is_connected(db: TestDb) {
    db.deliver(&comment("1784", "c1", "hi")).await;
    db.deliver(&message("1784", "m1", "hi")).await;
    let stranger = db.account("1784").await;
    db.connect("1784").await;
    assert_eq!(
        db.account("1784").await,
        stranger,
        "the account only got an owner"
    );
    assert_eq!(db.finish_all().await.len(), 1);
    assert_eq!(db.store.accounts(None).await.unwrap().len(), 1);
}

async fn events_under_every_id_of_an_account_are_adopted(db: TestDb) {
    for (n, id) in ["1784", "26", "77"].into_iter().enumerate() {
        db.deliver(&comment(id, &format!("c{n}"), "hi")).await;
        db.deliver(&message(id, &format!("m{n}"), "hi")).await;
        db.deliver(&mention(id, "media", Some(&format!("c{n}")))).await;
        db.deliver(&story(id, &format!("s{n}"), 5)).await;
    }
    let before = db.told(None, None, FeedCursor::default()).await.len();
    let mut new = db.connection("1784").await;
    new.app_scoped_id = Some("26".to_owned());
    new.page_id = Some("77".to_owned());
    db.store.connect(new.clone()).await.unwrap();

    let account = db.account("1784").await;
    let of_account = EventFilter {
        account: Some(account),
        workspace: Some(new.workspace),
        ..EventFilter::default()
    };
    assert_eq!(db.store.events(&of_account, PAGE).await.unwrap().len(), 12);
    let counts = db.store.counts(account).await.unwrap();
    assert_eq!((counts.pending, counts.done, counts.total()), (9, 3, 12));
    let objects = ObjectFilter {
        account: Some(account),
        ..ObjectFilter::default()
    };
    assert_eq!(db.store.comments(&objects, PAGE).await.unwrap().len(), 3);
    assert_eq!(db.store.messages(&objects, PAGE).await.unwrap().len(), 3);
    assert_eq!(db.store.mentions(&objects, PAGE).await.unwrap().len(), 3);
    assert_eq!(db.store.stories(&objects, PAGE).await.unwrap().len(), 3);
    let told = db
        .told(Some(new.workspace), Some(account), FeedCursor::default())
        .await;
    assert_eq!(told.len(), before + 1);
    assert_eq!(db.finish_all().await.len(), 9);
}

async fn objects_that_came_under_both_ids_stay_one(db: TestDb) {
    db.connect("1784").await;
    for id in ["1784", "26"] {
        db.deliver(&comment(id, "c1", "hi")).await;
        db.deliver(&message(id, "m1", "hi")).await;
        db.deliver(&mention(id, "media", None)).await;
    }
    let mut new = db.connection("1784").await;
    new.app_scoped_id = Some("26".to_owned());
    let workspace = Some(new.workspace);
    db.store.connect(new).await.unwrap();
    let seen = ObjectFilter {
        workspace,
        ..ObjectFilter::default()
    };
    assert_eq!(db.store.comments(&seen, PAGE).await.unwrap().len(), 1);
    assert_eq!(db.store.messages(&seen, PAGE).await.unwrap().len(), 1);
    assert_eq!(db.store.mentions(&seen, PAGE).await.unwrap().len(), 1);
    assert_eq!(db.finish_all().await.len(), 4);
}

async fn what_comes_under_a_learned_id_belongs_to_the_account(db: TestDb) {
    let mut new = db.connection("1784").await;
    new.page_id = Some("77".to_owned());
    db.store.connect(new).await.unwrap();
    db.deliver(&comment("77", "c1", "hi")).await;
    let event = db.event().await;
    assert_eq!(event.account_key, db.account("1784").await);
    assert_eq!(
        (event.account_id.as_deref(), event.state),
        (Some("1784"), State::Pending)
    );
    assert_eq!(db.finish_all().await.len(), 1);
}

async fn an_id_of_another_owned_account_is_refused(db: TestDb) {
    db.connect("1784").await;
    let mut new = db.connection("1785").await;
    new.page_id = Some("1784".to_owned());
    let error = db.store.connect(new).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
    assert!(db.store.account_by_id("1785").await.unwrap().is_none());
}

async fn a_lane_of_a_merged_stranger_is_never_due_again(db: TestDb) {
    db.deliver(&comment("26", "c1", "hi")).await;
    let stranger = db.account("26").await;
    let mut new = db.connection("1784").await;
    new.app_scoped_id = Some("26".to_owned());
    db.store.connect(new).await.unwrap();
    assert_eq!(db.store.counts(stranger).await.unwrap().total(), 0);
    db.deliver(&comment("26", "c2", "hi")).await;
    let lane = db.claim().await.unwrap();
    assert_ne!(lane.account_key, stranger);
    assert_eq!(db.claim().await, None);
    db.store
        .release_lane(&lane, belino::store::Release::More)
        .await
        .unwrap();
    assert_eq!(db.finish_all().await.len(), 2);
}

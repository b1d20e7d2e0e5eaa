//! The feed: everything that happened, once, in an order that followers can trust.

use belino::domain::AccountKey;
use belino::store::{FeedCursor, FeedItem, ObjectFilter};

use crate::database::TestDb;
use crate::payloads::{comment, comments, message, test_notification};

crate::on_both![
    what_happens_is_told_in_order,
    a_follower_goes_on_after_its_cursor,
    a_follower_may_follow_one_workspace_or_one_account,
    what_belongs_to_nobody_is_not_told,
    a_cursor_survives_its_text,
    the_head_is_where_the_last_item_stands,
    a_late_commit_is_never_skipped,
];

fn kinds(items: Vec<FeedItem>) -> Vec<String> {
    items.into_iter().map(|item| item.kind).collect()
}

async fn what_happens_is_told_in_order(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comment("1", "c1", "hi")).await;
    db.deliver(&message("1", "m1", "hi")).await;
    db.finish_all().await;
    let items = db.told(None, None, FeedCursor::default()).await;
    let told: Vec<(&str, &str)> = items
        .iter()
        .map(|item| (item.kind.as_str(), item.object_id.as_str()))
        .collect();
    let expected = [
        ("account.connected", "1"),
        ("comment.received", "c1"),
        ("message.received", "m1"),
        ("comment.enriched", "c1"),
    ];
    assert_eq!(told, expected);
    assert_eq!(items[3].event_id, Some(db.event_of("c1").await.id));
    assert_eq!(
        (items[0].event_id, items[0].at, items[0].account_id.as_str()),
        (None, db.now(), "1")
    );
    assert!(items.is_sorted_by_key(FeedItem::cursor));
}

async fn a_follower_goes_on_after_its_cursor(db: TestDb) {
    db.connect("1").await;
    db.deliver(&comments("1", (0..7).map(|n| format!("c{n}")))).await;
    let everything = db.told(None, None, FeedCursor::default()).await;
    let (mut cursor, mut seen) = (FeedCursor::default(), Vec::new());
    loop {
        let items = db.store.feed(None, None, cursor, 3).await.unwrap();
        let Some(last) = items.last() else { break };
        cursor = last.cursor();
        seen.extend(items.into_iter().map(|item| item.object_id));
    }
    assert_eq!(seen, ["1", "c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
    assert_eq!(seen.len(), everything.len());
    db.deliver(&comment("1", "c7", "hi")).await;
    assert_eq!(kinds(db.told(None, None, cursor).await), ["comment.received"]);
}

async fn a_follower_may_follow_one_workspace_or_one_account(db: TestDb) {
    let one = db.connect("1").await.account_key;
    let mut new = db.connection("2").await;
    new.workspace = db.workspace("two").await;
    db.store.connect(new.clone()).await.unwrap();
    for account in ["1", "2", "999"] {
        db.deliver(&comment(account, "c1", "hi")).await;
    }
    let follow = async |workspace, account: Option<AccountKey>| -> Vec<String> {
        let items = db.told(workspace, account, FeedCursor::default()).await;
        items.into_iter().map(|item| item.account_id).collect()
    };
    assert_eq!(follow(None, None).await, ["1", "2", "1", "2", "999"]);
    assert_eq!(follow(Some(new.workspace), None).await, ["2", "2"]);
    assert_eq!(follow(None, Some(one)).await, ["1", "1"]);
    assert!(follow(Some(new.workspace), Some(one)).await.is_empty());
}

async fn what_belongs_to_nobody_is_not_told(db: TestDb) {
    db.deliver(&test_notification()).await;
    assert!(kinds(db.told(None, None, FeedCursor::default()).await).is_empty());
}

async fn a_cursor_survives_its_text(db: TestDb) {
    db.connect("1").await;
    let item = db.told(None, None, FeedCursor::default()).await.remove(0);
    let cursor: FeedCursor = item.cursor().to_string().parse().unwrap();
    assert_eq!(cursor, item.cursor());
    for text in ["", "1", "1.-2", "a.b", "1.2.3"] {
        assert!(text.parse::<FeedCursor>().is_err(), "{text}");
    }
}

async fn the_head_is_where_the_last_item_stands(db: TestDb) {
    // Where nothing was told, a follower stands at the beginning.
    assert_eq!(db.store.feed_head().await.unwrap(), FeedCursor::default());
    db.connect("1").await;
    db.deliver(&comments("1", (0..3).map(|n| format!("c{n}")))).await;
    let last = db.told(None, None, FeedCursor::default()).await.remove(3);
    assert_eq!(db.store.feed_head().await.unwrap(), last.cursor());
}

/// A transaction that began earlier and is still running when a later one is already committed: on SQLite there
/// is no such thing, the second waits.
async fn a_late_commit_is_never_skipped(db: TestDb) {
    db.connect("1").await;
    let start = db
        .told(None, None, FeedCursor::default())
        .await
        .remove(0)
        .cursor();
    if db.store.is_embedded() {
        return;
    }
    let pool = sqlx::PgPool::connect(&db.url).await.unwrap();
    let mut late = pool.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO feed (at, account_key, kind, object_id)
        SELECT 0, key, 'late', 'x' FROM accounts WHERE instagram_id = '1'",
    )
    .execute(&mut *late)
    .await
    .unwrap();
    db.deliver(&comment("1", "c1", "hi")).await;
    assert_eq!(
        db.store
            .comments(&ObjectFilter::default(), crate::database::PAGE)
            .await
            .unwrap()
            .len(),
        1
    );
    let items = db.store.feed(None, None, start, 10).await.unwrap();
    assert!(items.is_empty(), "held back behind the running transaction");
    assert!(db.store.feed_head().await.unwrap() <= start);
    late.commit().await.unwrap();
    assert_eq!(
        kinds(db.told(None, None, start).await),
        ["late", "comment.received"]
    );
    pool.close().await;
}

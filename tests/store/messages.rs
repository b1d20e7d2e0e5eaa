//! Messages as they stand, in whatever order their news came.

use belino::store::{MessageRow, ObjectFilter};

use crate::database::{PAGE, TestDb};
use crate::payloads::{deletion, edit, message};

crate::on_both![
    a_message_stands_as_it_was_sent,
    edits_and_deletions_converge_in_every_order,
    only_a_later_edit_replaces_an_earlier_one,
    an_edit_before_the_message_keeps_its_text,
    what_was_deleted_gets_no_text_back,
    messages_page_newest_first,
    a_message_is_found_by_its_id,
];

async fn the_message(db: &TestDb) -> MessageRow {
    let mut rows = db.store.messages(&ObjectFilter::default(), PAGE).await.unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

async fn a_message_stands_as_it_was_sent(db: TestDb) {
    db.connect("1").await;
    db.deliver(&message("1", "m1", "hi")).await;
    let row = the_message(&db).await;
    assert_eq!((row.mid.as_str(), row.account_id.as_str()), ("m1", "1"));
    assert_eq!(
        (row.direction.as_deref(), row.text.as_deref()),
        (Some("in"), Some("hi"))
    );
    assert_eq!(
        (row.sender_id.as_deref(), row.recipient_id.as_deref()),
        (Some("500"), Some("1"))
    );
    assert_eq!(
        (row.edits, row.deleted_at, row.attachments, row.reply_to),
        (0, None, None, None)
    );
    assert_eq!(row.event_id, db.event().await.id);
    assert!(row.sent_at.is_some());
}

async fn edits_and_deletions_converge_in_every_order(db: TestDb) {
    db.connect("1").await;
    let news = |mid: &str| {
        [
            message("1", mid, "hi"),
            edit("1", mid, "second", 2),
            edit("1", mid, "first", 1),
        ]
    };
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for (n, order) in orders.into_iter().enumerate() {
        let mid = format!("m{n}");
        for place in order {
            db.deliver(&news(&mid)[place]).await;
        }
        let rows = db.store.messages(&ObjectFilter::default(), PAGE).await.unwrap();
        let row = rows.into_iter().find(|row| row.mid == mid).unwrap();
        assert_eq!((row.text.as_deref(), row.edits), (Some("second"), 2), "{order:?}");
        assert_eq!(row.direction.as_deref(), Some("in"), "{order:?}");
        assert!(row.sent_at.is_some(), "{order:?}");
    }
}

async fn only_a_later_edit_replaces_an_earlier_one(db: TestDb) {
    db.connect("1").await;
    db.deliver(&message("1", "m1", "hi")).await;
    for (text, number, expected) in [("a", 1, "a"), ("c", 3, "c"), ("b", 2, "c")] {
        db.deliver(&edit("1", "m1", text, number)).await;
        assert_eq!(the_message(&db).await.text.as_deref(), Some(expected));
    }
}

async fn an_edit_before_the_message_keeps_its_text(db: TestDb) {
    db.connect("1").await;
    db.deliver(&edit("1", "m1", "edited", 1)).await;
    let row = the_message(&db).await;
    assert_eq!(
        (row.text.as_deref(), row.direction, row.sent_at),
        (Some("edited"), None, None)
    );
    db.deliver(&message("1", "m1", "hi")).await;
    let row = the_message(&db).await;
    assert_eq!(
        (row.text.as_deref(), row.direction.as_deref()),
        (Some("edited"), Some("in"))
    );
}

async fn what_was_deleted_gets_no_text_back(db: TestDb) {
    db.connect("1").await;
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for (n, order) in orders.into_iter().enumerate() {
        let mid = format!("m{n}");
        let news = [
            message("1", &mid, "hi"),
            deletion("1", &mid),
            edit("1", &mid, "edited", 1),
        ];
        for place in order {
            db.deliver(&news[place]).await;
        }
        let rows = db.store.messages(&ObjectFilter::default(), PAGE).await.unwrap();
        let row = rows.into_iter().find(|row| row.mid == mid).unwrap();
        assert_eq!((row.text, row.attachments), (None, None), "{order:?}");
        assert!(row.deleted_at.is_some(), "{order:?}");
    }
}

async fn messages_page_newest_first(db: TestDb) {
    let account = db.connect("1").await.account_key;
    db.connect("2").await;
    for (account, mid) in [("1", "m1"), ("2", "m2"), ("1", "m3")] {
        db.deliver(&message(account, mid, "hi")).await;
    }
    let filter = ObjectFilter {
        account: Some(account),
        media: Some("ignored".to_owned()),
        ..ObjectFilter::default()
    };
    let rows = db.store.messages(&filter, PAGE).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.mid.as_str()).collect::<Vec<_>>(),
        ["m3", "m1"]
    );
}

async fn a_message_is_found_by_its_id(db: TestDb) {
    let account = db.connect("1").await.account_key;
    let other = db.connect("2").await.account_key;
    db.deliver(&message("1", "m1", "hi")).await;
    let found = db.store.message(account, "m1").await.unwrap().unwrap();
    assert_eq!(found.text.as_deref(), Some("hi"));
    assert!(db.store.message(account, "m2").await.unwrap().is_none());
    assert!(db.store.message(other, "m1").await.unwrap().is_none());
}

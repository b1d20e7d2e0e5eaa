//! Bodies as Meta sends them, made from what a case cares about.

use serde_json::{Value, json};

/// The time of every entry, in seconds.
const SENT: i64 = 1_794_999_990;

/// A delivery with one entry of changes.
pub(crate) fn changes(account: &str, changes: &[Value]) -> Value {
    json!({"object": "instagram", "entry": [{"id": account, "time": SENT, "changes": changes}]})
}

/// A delivery with an entry for each comment: the account's id and the comment's.
pub(crate) fn of_many(comments: &[(String, String)]) -> Value {
    let entries: Vec<Value> = comments
        .iter()
        .map(|(account, id)| json!({"id": account, "time": SENT, "changes": [comment_on("m", id, "hi")]}))
        .collect();
    json!({"object": "instagram", "entry": entries})
}

/// A delivery with one entry of messages.
pub(crate) fn messaging(account: &str, items: &[Value]) -> Value {
    json!({"object": "instagram", "entry": [{"id": account, "time": SENT, "messaging": items}]})
}

/// A delivery of one comment.
pub(crate) fn comment(account: &str, id: &str, text: &str) -> Value {
    changes(account, &[comment_on("media", id, text)])
}

/// A change: a comment on a media.
pub(crate) fn comment_on(media: &str, id: &str, text: &str) -> Value {
    json!({"field": "comments", "value": {
        "id": id, "text": text,
        "from": {"id": "500", "username": "ana"},
        "media": {"id": media, "media_product_type": "FEED"},
    }})
}

/// A delivery of many comments, on one media.
pub(crate) fn comments(account: &str, ids: impl IntoIterator<Item = String>) -> Value {
    let list: Vec<Value> = ids
        .into_iter()
        .map(|id| comment_on("media", &id, "hello"))
        .collect();
    changes(account, &list)
}

/// A delivery of one mention; in a caption without a comment.
pub(crate) fn mention(account: &str, media: &str, comment: Option<&str>) -> Value {
    let mut value = json!({"media_id": media});
    if let Some(comment) = comment {
        value["comment_id"] = comment.into();
    }
    changes(account, &[json!({"field": "mentions", "value": value})])
}

/// A delivery of one story's numbers.
pub(crate) fn story(account: &str, media: &str, reach: i64) -> Value {
    let value = json!({"media_id": media, "reach": reach, "exits": -1});
    changes(account, &[json!({"field": "story_insights", "value": value})])
}

/// A delivery of one message from `500`.
pub(crate) fn message(account: &str, mid: &str, text: &str) -> Value {
    messaging(
        account,
        &[from_500(account, "message", json!({"mid": mid, "text": text}))],
    )
}

/// A delivery that takes a message back.
pub(crate) fn deletion(account: &str, mid: &str) -> Value {
    messaging(
        account,
        &[from_500(
            account,
            "message",
            json!({"mid": mid, "is_deleted": true}),
        )],
    )
}

/// A delivery of the n-th edit of a message.
pub(crate) fn edit(account: &str, mid: &str, text: &str, number: i64) -> Value {
    let edit = json!({"mid": mid, "text": text, "num_edit": number});
    messaging(account, &[from_500(account, "message_edit", edit)])
}

fn from_500(account: &str, kind: &str, what: Value) -> Value {
    let mut item = json!({"sender": {"id": "500"}, "recipient": {"id": account}, "timestamp": SENT * 1_000});
    item[kind] = what;
    item
}

/// The dashboard's test notification.
pub(crate) fn test_notification() -> Value {
    changes("0", &[comment_on("media", "17", "test")])
}

//! Items as the expectations beside the fixtures write them.

use serde_json::{Value, json};

use super::{Content, Item};
use crate::webhook::{Comment, Message, MessageEdit};

/// An item with what unpacking alone leaves of it if its account is connected. A key that holds the
/// delivery's id has `{delivery}` in its place.
pub(super) fn event(item: &Item, delivery: &str) -> Value {
    let (state, outcome) = item.content.first_state();
    let mut event = json!({
        "field": item.field.as_str(),
        "key": item.key.replace(delivery, "{delivery}"),
        "entry_id": item.entry_id,
        "state": state,
        "outcome": outcome,
        "sent_at": item.sent_at,
        "occurred_at": item.occurred_at,
        "content": content(&item.content),
    });
    if let Content::Unreadable(reason) = &item.content {
        event["reason"] = json!(reason);
    }
    event
}

fn content(content: &Content) -> Value {
    present(match content {
        Content::Comment(it) => comment(it),
        Content::Mention(it) => json!({ "media_id": it.media_id, "comment_id": it.comment_id }),
        Content::Story(it) => json!({ "media_id": it.media_id, "metrics": it.metrics }),
        Content::Message(it) => message(it),
        Content::MessageEdit(it) => edit(it),
        Content::Stored | Content::Test | Content::Unreadable(_) => Value::Null,
    })
}

fn comment(it: &Comment) -> Value {
    json!({
        "id": it.id,
        "text": it.text,
        "from_id": it.from_id,
        "from_username": it.from_username,
        "parent_id": it.parent_id,
        "media_id": it.media_id,
        "media_product_type": it.media_product_type,
        "ad_id": it.ad_id,
        "ad_title": it.ad_title,
        "original_media_id": it.original_media_id,
        "self_authored": it.self_authored,
    })
}

fn message(it: &Message) -> Value {
    json!({
        "mid": it.mid,
        "sender_id": it.sender_id,
        "recipient_id": it.recipient_id,
        "kind": it.kind.as_str(),
        "text": it.text,
        "attachments": source(it.attachments.as_deref()),
        "reply_to": source(it.reply_to.as_deref()),
        "is_self": it.is_self,
        "is_unsupported": it.is_unsupported,
    })
}

fn edit(it: &MessageEdit) -> Value {
    json!({
        "mid": it.mid,
        "text": it.text,
        "num_edit": it.num_edit,
        "sender_id": it.sender_id,
        "recipient_id": it.recipient_id,
    })
}

fn source(json: Option<&str>) -> Option<Value> {
    json.map(|json| serde_json::from_str(json).unwrap())
}

/// Without the members that are absent.
fn present(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

//! What webhooks say of each thing (meta-webhooks.md §4): the values, escaped for the wire.

use std::collections::BTreeMap;

use super::{Comment, Id, Media, Message};
use crate::domain::Timestamp;
use crate::sandbox::json::{Json, Style};

fn object(inside: impl FnOnce(&mut Json)) -> String {
    let mut json = Json::new(Style::Webhook);
    json.object(inside);
    json.into_text()
}

/// Of `comments` and `live_comments`. The comment's time is not in it: Meta does not say it.
pub(crate) fn comment(comment: &Comment, media: &Media) -> String {
    object(|json| {
        json.key("id").id(comment.id);
        if let Some(parent) = comment.parent {
            json.key("parent_id").id(parent);
        }
        if !comment.text.is_empty() {
            json.key("text").text(&comment.text);
        }
        json.key("from").object(|json| {
            json.key("id").id(comment.from.id);
            json.key("username").text(&comment.from.username);
            if comment.by_owner {
                json.key("self_ig_scoped_id").id(comment.from.id);
            }
        });
        json.key("media").object(|json| {
            json.key("id").id(media.id);
            json.key("media_product_type").text(media.product.as_str());
            if let Some(ad) = &comment.ad {
                json.key("ad_id").text(&ad.id);
                if let Some(title) = &ad.title {
                    json.key("ad_title").text(title);
                }
            }
            if let Some(original) = media.original {
                json.key("original_media_id").id(original);
            }
        });
    })
}

/// Of `mentions`: in a comment, or without one in the caption.
pub(crate) fn mention(media: Id, comment: Option<Id>) -> String {
    object(|json| {
        json.key("media_id").id(media);
        if let Some(comment) = comment {
            json.key("comment_id").id(comment);
        }
    })
}

/// Of `story_insights`.
pub(crate) fn story(media: Id, insights: &BTreeMap<String, i64>) -> String {
    object(|json| {
        json.key("media_id").id(media);
        for (metric, number) in insights {
            json.key(metric).number(*number);
        }
    })
}

/// Of `messages`: came in, echo, or taken back.
pub(crate) fn message(message: &Message, at: Timestamp) -> String {
    item(message, at, |json| {
        json.key("message").object(|json| {
            json.key("mid").text(&message.mid);
            if message.echo {
                json.key("is_echo").flag(true);
            }
            if message.deleted {
                json.key("is_deleted").flag(true);
                return;
            }
            if let Some(text) = &message.text {
                json.key("text").text(text);
            }
            if let Some(attachments) = &message.attachments {
                json.key("attachments").value(attachments);
            }
            if let Some(mid) = &message.reply_to {
                json.key("reply_to").object(|json| json.key("mid").text(mid));
            }
        });
    })
}

/// Of `message_edit`; Meta's sample shows the count as a string.
pub(crate) fn edit(message: &Message, at: Timestamp) -> String {
    item(message, at, |json| {
        json.key("message_edit").object(|json| {
            json.key("mid").text(&message.mid);
            json.key("text").text(message.text.as_deref().unwrap_or_default());
            json.key("num_edit").text(&message.edits.to_string());
        });
    })
}

fn item(message: &Message, at: Timestamp, inside: impl FnOnce(&mut Json)) -> String {
    let (sender, recipient) = if message.echo {
        (message.account, message.person.id)
    } else {
        (message.person.id, message.account)
    };
    object(|json| {
        json.key("sender").object(|json| json.key("id").id(sender));
        json.key("recipient").object(|json| json.key("id").id(recipient));
        json.key("timestamp").number(at.micros() / 1_000);
        inside(json);
    })
}

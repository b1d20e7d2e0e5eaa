//! What identifies an item, so that a redelivery is known as one, in whatever batch it comes.
//!
//! Unique is `(entry_id, field, key)`. Natural ids come first; where there is none, the value's fingerprint
//! stands in with a time: rather kept twice than lost.

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::content::{Content, Mention, MessageEdit};
use super::entry::Entry;
use super::json::{self, Object};
use super::messaging;
use crate::domain::{DeliveryId, Field};

/// The longest key; both databases index it, and Postgres at most 2,700 bytes of a row.
const LONGEST_KEY: usize = 768;

/// What a key may be made of.
pub(super) struct Source<'a> {
    /// The delivery that the item came in.
    pub(super) delivery: DeliveryId,
    /// Where it stands in that.
    pub(super) path: &'a str,
    /// Whose it is and when it was sent.
    pub(super) entry: &'a Entry,
    /// Its field.
    pub(super) field: &'a Field,
    /// Its value.
    pub(super) value: &'a RawValue,
    /// Its value's members, if it has the shape of its field.
    pub(super) object: Option<&'a Object<'a>>,
    /// Its value's fingerprint.
    pub(super) hash: &'a [u8; 32],
}

/// The key of an item that says `content`.
pub(super) fn key(content: &Content, source: &Source<'_>) -> String {
    let key = natural(content, source);
    if key.len() <= LONGEST_KEY {
        return key;
    }
    format!("sha256:{}", hex::encode(Sha256::digest(key)))
}

fn natural(content: &Content, source: &Source<'_>) -> String {
    match content {
        Content::Comment(comment) => comment.id.clone(),
        Content::Mention(mention) => mentioned(mention),
        Content::Story(story) => format!("{}/{}", story.media_id, source.fingerprint()),
        Content::Message(message) => format!("{}/{}", message.mid, message.kind.as_str()),
        Content::MessageEdit(edit) => edited(edit, source),
        Content::Stored => source.stored().unwrap_or_else(|| source.unknown()),
        Content::Test | Content::Unreadable(_) => format!("{}/{}", source.delivery, source.path),
    }
}

fn mentioned(mention: &Mention) -> String {
    let media = mention.media_id.as_deref().unwrap_or_default();
    format!("{media}/{}", mention.comment_id.as_deref().unwrap_or("caption"))
}

fn edited(edit: &MessageEdit, source: &Source<'_>) -> String {
    match edit.num_edit {
        Some(number) => format!("{}/{number}", edit.mid),
        None => format!("{}/{}", edit.mid, source.fingerprint()),
    }
}

impl Source<'_> {
    fn fingerprint(&self) -> String {
        hex::encode(self.hash)
    }

    /// The rule for fields that Belino does not know, and for values that have not the shape of their field.
    fn unknown(&self) -> String {
        format!("{}/{}", self.fingerprint(), self.entry.time())
    }

    /// The rule of a field whose items are only stored, if the item has what the rule asks for.
    fn stored(&self) -> Option<String> {
        match self.field {
            Field::ChangedFields => Some(format!("{}/{}", json::text(self.value)?, self.entry.time())),
            Field::Standby => self.object.map(|item| self.standby(item)),
            _ => self.object.and_then(|item| self.messaging(item)),
        }
    }

    fn messaging(&self, item: &Object<'_>) -> Option<String> {
        let sender = || {
            item.object("sender")
                .and_then(|sender| sender.id("id"))
                .unwrap_or_default()
        };
        let at = || {
            item.integer("timestamp")
                .map(|at| at.to_string())
                .unwrap_or_default()
        };
        match self.field {
            Field::MessageReactions => {
                let reaction = item.object("reaction")?;
                let action = reaction.text("action").unwrap_or_default();
                Some(format!("{}/{}/{action}/{}", reaction.id("mid")?, sender(), at()))
            }
            Field::MessagingPostbacks => item
                .object("postback")
                .and_then(|postback| postback.id("mid"))
                .or_else(|| Some(format!("{}/{}/{}", sender(), at(), self.fingerprint()))),
            Field::MessagingSeen => Some(format!("{}/{}", sender(), item.object("read")?.id("mid")?)),
            Field::MessagingReferral
            | Field::MessagingOptins
            | Field::MessagingHandover
            | Field::MessagingPolicyEnforcement => {
                Some(format!("{}/{}/{}", sender(), at(), self.fingerprint()))
            }
            _ => None,
        }
    }

    /// The kind that the item would be if the thread were ours, and its key as that.
    fn standby(&self, item: &Object<'_>) -> String {
        let field = messaging::field(item);
        let inner = Source {
            field: &field,
            ..*self
        };
        let key = match Content::read(&field, item, "") {
            Ok(content) => natural(&content, &inner),
            Err(_) => inner.unknown(),
        };
        format!("{field}/{key}")
    }
}

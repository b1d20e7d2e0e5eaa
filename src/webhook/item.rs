//! What unpacking gives: an item for every element of every array, readable or not.

use serde_json::value::RawValue;

use super::canonical;
use super::content::Content;
use super::entry::Entry;
use super::identity::{self, Source};
use super::json;
use super::reading::Reading;
use crate::domain::{DeliveryId, Field, Timestamp};

/// Why a whole body cannot be split into items.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body cannot be unpacked: {reason}")]
pub struct Unreadable {
    /// What is wrong with it, without quoting it.
    pub reason: String,
}

/// One item of a delivery, ready to become an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number in the delivery, from 0.
    pub position: i64,
    /// Where it stands in the body, as `entry[0].changes[2]`.
    pub path: String,
    /// The id under which its account is spoken of, as it came; empty if the entry has none.
    pub entry_id: String,
    /// The field it came under, or that its shape tells.
    pub field: Field,
    /// What identifies it together with `entry_id` and `field`.
    pub key: String,
    /// The fingerprint of its value, however that was written.
    pub hash: [u8; 32],
    /// Its JSON, as it was sent.
    pub payload: String,
    /// When Meta sent it: `entry.time`.
    pub sent_at: Option<Timestamp>,
    /// When it happened, where the payload tells.
    pub occurred_at: Option<Timestamp>,
    /// What it says.
    pub content: Content,
}

impl Item {
    /// Of what was read of `raw`, an element at `path`.
    pub(super) fn of(
        delivery: DeliveryId,
        position: i64,
        path: String,
        entry: &Entry,
        raw: &RawValue,
        reading: Reading<'_>,
    ) -> Self {
        let Reading {
            field,
            value,
            object,
            content,
        } = reading;
        let content = judged(content, entry);
        let hash = canonical::hash(value);
        let object = object.as_ref();
        let source = Source {
            delivery,
            path: &path,
            entry,
            field: &field,
            value,
            object,
            hash: &hash,
        };
        let key = identity::key(&content, &source);
        Self {
            position,
            path,
            entry_id: entry.id().unwrap_or_default().to_owned(),
            field,
            key,
            hash,
            payload: raw.get().to_owned(),
            sent_at: entry.sent_at(),
            occurred_at: object
                .and_then(|item| item.integer("timestamp"))
                .and_then(json::moment),
            content,
        }
    }
}

/// A dashboard test is one whatever it holds, and what names no account can be given to none.
fn judged(content: Result<Content, &'static str>, entry: &Entry) -> Content {
    match content {
        _ if entry.is_test() => Content::Test,
        Err(reason) => Content::Unreadable(reason.to_owned()),
        Ok(_) if entry.id().is_none() => Content::Unreadable("the entry has no id".to_owned()),
        Ok(content) => content,
    }
}

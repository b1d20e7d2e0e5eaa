//! The body of a notification: entries by account, each with its updates (meta-webhooks.md §3).

use bytes::Bytes;

use crate::domain::Timestamp;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::world::{Channel, Id, Lane, Notice};

/// A notification, from its first try to its last.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) number: u64,
    /// The world that it tells of.
    pub(crate) epoch: u64,
    pub(crate) lane: Lane,
    pub(crate) notices: Vec<u64>,
    pub(crate) accounts: Vec<Id>,
    pub(crate) fields: Vec<String>,
    pub(crate) body: Bytes,
    pub(crate) first_at: Timestamp,
    /// Tries made.
    pub(crate) tries: usize,
    /// It was held back on order; the next time it goes.
    pub(crate) held: bool,
}

impl Delivery {
    /// Of the updates of one lane.
    pub(crate) fn of(number: u64, epoch: u64, lane: Lane, notices: &[Notice], now: Timestamp) -> Self {
        let mut accounts: Vec<Id> = notices.iter().map(|notice| notice.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let mut fields: Vec<String> = notices.iter().map(|notice| notice.field.to_string()).collect();
        fields.sort_unstable();
        fields.dedup();
        Self {
            number,
            epoch,
            lane,
            notices: notices.iter().map(|notice| notice.number).collect(),
            body: body(lane.channel, notices, now),
            accounts,
            fields,
            first_at: now,
            tries: 0,
            held: false,
        }
    }
}

/// Updates of one account stand in one entry, in their order.
pub(crate) fn body(channel: Channel, notices: &[Notice], now: Timestamp) -> Bytes {
    let mut entries: Vec<(Id, Vec<&Notice>)> = Vec::new();
    let mut places: std::collections::HashMap<Id, usize> = std::collections::HashMap::new();
    for notice in notices {
        let place = *places.entry(notice.account).or_insert_with(|| {
            entries.push((notice.account, Vec::new()));
            entries.len() - 1
        });
        if let Some((_, updates)) = entries.get_mut(place) {
            updates.push(notice);
        }
    }
    let mut json = Json::new(Style::Webhook);
    json.object(|json| {
        json.key("object").text("instagram");
        json.key("entry").array(|json| {
            for (account, updates) in &entries {
                json.object(|json| entry(json, channel, *account, updates, now));
            }
        });
    });
    json.into_bytes().into()
}

/// Seconds beside `changes`, milliseconds beside `messaging`.
fn entry(json: &mut Json, channel: Channel, account: Id, updates: &[&Notice], now: Timestamp) {
    json.key("id").id(account);
    match channel {
        Channel::Changes => {
            json.key("time").number(now.seconds());
            json.key("changes").array(|json| {
                for update in updates {
                    json.object(|json| {
                        json.key("field").text(update.field.as_str());
                        json.key("value").raw(&update.value);
                    });
                }
            });
        }
        Channel::Messaging => {
            json.key("time").number(now.micros() / 1_000);
            json.key("messaging")
                .array(|json| updates.iter().for_each(|update| json.raw(&update.value)));
        }
    }
}

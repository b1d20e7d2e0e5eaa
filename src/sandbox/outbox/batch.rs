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

#[cfg(test)]
mod tests {
    use crate::domain::{Field, Login};
    use crate::sandbox::apps::hmac_hex;
    use crate::sandbox::world::{Change, Comment, Person, World};

    use super::*;

    /// The vector of meta-webhooks.md §2.1, BODY-A.
    const WIRE: &str = r#"{"object":"instagram","entry":[{"id":"17841400000000001","time":1760000000,"changes":[{"field":"comments","value":{"id":"18000000000000001","text":"caf\u00e9 \/ 50\u0025 \u0040you \u003C3","from":{"id":"9000000000000001","username":"someone"},"media":{"id":"18000000000000002","media_product_type":"FEED"}}}]}]}"#;
    const SIGNATURE: &str = "249c0c7c628c274f3a09ef4721d6ceac40b4bfb4d757b88744db813133ab4d1f";

    fn world() -> World {
        let mut world = World::new(1);
        let changes: Vec<Change> = serde_json::from_value(serde_json::json!([
            { "callback": { "login": "facebook", "destination": { "url": "http://localhost/", "verify_token": "" } } },
            { "account": {
                "id": "17841400000000001", "app_scoped_id": "26000000000000001", "username": "b", "name": "b",
                "kind": "Business", "biography": "", "website": null, "picture": "", "followers": 0, "follows": 0,
                "logins": ["facebook"], "page": { "id": "31", "name": "b" }, "facebook_user": "7", "business": "6",
            } },
            { "subscribed": { "account": "17841400000000001", "login": "facebook", "fields": ["feed"] } },
            { "media": {
                "id": "18000000000000002", "owner": "17841400000000001", "username": "b", "form": "IMAGE",
                "product": "FEED", "caption": null, "timestamp": "2025-10-09T08:00:00Z", "like_count": 0,
                "comments_enabled": true, "children": [], "carousel": null, "original": null, "tagged": [],
                "insights": {}, "expired_at": null,
            } },
        ]))
        .unwrap();
        for change in changes {
            world.apply(change);
        }
        world
    }

    #[test]
    fn the_bytes_and_their_signature_are_those_of_the_reference() {
        let (mut world, now) = (world(), Timestamp::from_seconds(1_760_000_000));
        let comment = Comment {
            id: Id::of(18_000_000_000_000_001),
            media: Id::of(18_000_000_000_000_002),
            parent: None,
            text: "caf\u{e9} / 50% @you <3".into(),
            from: Person {
                id: Id::of(9_000_000_000_000_001),
                username: "someone".into(),
            },
            by_owner: false,
            timestamp: now,
            like_count: 0,
            hidden: false,
            ad: None,
        };
        world.apply(Change::Comments {
            written: vec![comment],
            announce: true,
            at: now,
        });
        let lane = Lane {
            login: Login::Facebook,
            channel: Channel::Changes,
        };
        let notices = world.take_due(lane, now, 10);
        assert_eq!(notices[0].field, Field::Comments);
        let body = body(Channel::Changes, &notices, now);
        assert_eq!(std::str::from_utf8(&body).unwrap(), WIRE);
        assert_eq!(hmac_hex("example-app-secret-0001", &body), SIGNATURE);
    }
}

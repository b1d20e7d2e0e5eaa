//! Updates on their way to an app: queued by a change, gone when settled.

use serde::{Deserialize, Serialize};

use crate::domain::{Field, Login, Timestamp};

use super::{Id, World};

/// Which array of an entry an update goes into; the two have different retries (meta-webhooks.md §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    /// `changes`: comments, mentions, stories.
    Changes,
    /// `messaging`: messages.
    Messaging,
}

/// Updates that may share a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Lane {
    pub(crate) login: Login,
    pub(crate) channel: Channel,
}

/// One update for one app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    /// Its number; the same after a restart.
    pub(crate) number: u64,
    pub(crate) lane: Lane,
    pub(crate) account: Id,
    pub(crate) field: Field,
    /// The `value`, or the messaging item, escaped for the wire.
    pub(crate) value: String,
    /// Not before this.
    pub(crate) due: Timestamp,
}

impl World {
    /// Queues an update for every app to which the account is subscribed and that is told of the field.
    pub(super) fn tell(&mut self, account: Id, field: &Field, channel: Channel, due: Timestamp, value: &str) {
        for login in Login::ALL {
            let facebook_only = matches!(field, Field::StoryInsights | Field::Mentions);
            if !(facebook_only && login == Login::Instagram) {
                self.queue(Lane { login, channel }, account, field, due, value);
            }
        }
    }

    pub(super) fn queue(&mut self, lane: Lane, account: Id, field: &Field, due: Timestamp, value: &str) {
        let Some(record) = self.accounts.get(&account) else {
            return;
        };
        let fields = self.listens_to(lane.login);
        let listens =
            self.callbacks.contains_key(&lane.login) && fields.iter().any(|name| name == field.as_str());
        if !listens || !record.account.is_professional() || record.subscribed_to(lane.login).is_empty() {
            return;
        }
        let number = self.notices_made;
        self.notices_made += 1;
        self.ready.entry(lane).or_default().insert((due, number));
        let notice = Notice {
            number,
            lane,
            account,
            field: field.clone(),
            value: value.to_owned(),
            due,
        };
        self.notices.insert(number, notice);
    }

    pub(super) fn settle(&mut self, numbers: &[u64]) {
        for number in numbers {
            let Some(notice) = self.notices.remove(number) else {
                continue;
            };
            if let Some(ready) = self.ready.get_mut(&notice.lane) {
                ready.remove(&(notice.due, *number));
            }
        }
    }
}

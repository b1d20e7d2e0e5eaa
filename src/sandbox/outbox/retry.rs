//! When a notification is tried again (meta-webhooks.md §5): at once, then ever more rarely.

use std::time::Duration;

use super::batch::Delivery;
use crate::domain::Timestamp;
use crate::sandbox::settings::Settings;
use crate::sandbox::world::{Change, Channel};

/// The time of the next try; none when it is given up.
pub(crate) fn next(delivery: &Delivery, settings: &Settings) -> Option<Timestamp> {
    let schedule = match delivery.lane.channel {
        Channel::Changes => &settings.retry_after_seconds,
        Channel::Messaging => &settings.message_retry_after_seconds,
    };
    let after = schedule.get(delivery.tries.checked_sub(1)?)?;
    Some(delivery.first_at + Duration::from_secs(*after))
}

/// What giving up means: the updates are lost, and messages end the subscription of their accounts.
pub(crate) fn given_up(delivery: &Delivery) -> Vec<Change> {
    let settled = Change::Settled {
        notices: delivery.notices.clone(),
    };
    let ended = delivery
        .accounts
        .iter()
        .filter(|_| delivery.lane.channel == Channel::Messaging);
    let ended = ended.map(|account| Change::Subscribed {
        account: *account,
        login: delivery.lane.login,
        fields: Vec::new(),
    });
    std::iter::once(settled).chain(ended).collect()
}

//! Updates on their way to an app: queued by a change, gone when settled.

use crate::domain::{Field, Login, Timestamp};

use super::Id;

/// Which array of an entry an update goes into; the two have different retries (meta-webhooks.md §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Channel {
    /// `changes`: comments, mentions, stories.
    Changes,
    /// `messaging`: messages.
    Messaging,
}

/// Updates that may share a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Lane {
    pub(crate) login: Login,
    pub(crate) channel: Channel,
}

/// One update for one app.
#[derive(Clone, Debug)]
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

//! Identifiers: `UUIDv7` newtypes for what Belino makes. Meta's own ids stay text, as Meta sends them.

use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

/// A text that is not an id.
#[derive(Debug, thiserror::Error)]
#[error("not an id: expected a UUID")]
pub struct IdError;

/// Makes a `UUIDv7` of a moment; ids made one after the other in this process sort in that order,
/// also when the clock stands still or steps back within a millisecond.
fn uuid_at(now: Timestamp) -> Uuid {
    static ORDER: Mutex<uuid::ContextV7> = Mutex::new(uuid::ContextV7::new());
    let micros = now.micros().max(0).unsigned_abs();
    let nanos = u32::try_from(micros % 1_000_000).unwrap_or_default() * 1_000;
    Uuid::new_v7(uuid::Timestamp::from_unix(&ORDER, micros / 1_000_000, nanos))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id whose order is that of `now`.
            pub fn at(now: Timestamp) -> Self {
                Self(uuid_at(now))
            }

            /// The id's value.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError)
            }
        }
    )*};
}

/// Ids that both databases keep as they are.
macro_rules! kept_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {
        ids! {$($(#[$doc])* #[derive(sqlx::Type)] #[sqlx(transparent)] $name)*}
    };
}

ids! {
    /// One POST from Meta.
    DeliveryId
}

kept_ids! {
    /// One item inside a delivery: the unit of work.
    EventId
    /// One Instagram professional account, whatever ids it goes by at Meta.
    AccountKey
    /// An account's access under one login product.
    ConnectionId
    /// A tenant.
    WorkspaceId
    /// A key to the internal API.
    ApiKeyId
    /// One call to the Graph API.
    CallId
    /// A request to process stored events again.
    ReplayId
    /// A request to delete a person's data.
    ErasureId
    /// One write to Instagram that people can see, as a post.
    EffectId
    /// One file that was uploaded.
    UploadId
    /// One process (or one test) that holds leases.
    WorkerId
}

impl AccountKey {
    /// The lane of what belongs to no account: dashboard tests and items that cannot be read.
    pub const NOBODY: Self = Self(Uuid::nil());
}

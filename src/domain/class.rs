//! What an error of the Graph API asks of the caller (graph-limits-and-errors.md §5).

use std::fmt;

use super::PoolKind;

/// The action class of a failed call. Which error belongs to which class is data in `graph::class`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Passing trouble: try again with back-off. For a write the result is uncertain.
    Retry,
    /// A quota is used up: the whole pool rests; calling on would extend the block.
    Wait(PoolKind),
    /// Instagram blocks the account's actions as spam or abuse: hours, never seconds.
    Blocked,
    /// The token no longer works: the person must connect again.
    Reauth,
    /// A permission, role or capability is missing.
    Perm,
    /// The person must act in the app first: a checkpoint, an unconfirmed or restricted account.
    User,
    /// The object no longer exists.
    Gone,
    /// Deleted, forbidden, unreachable or a limit in disguise: Meta does not say which.
    GoneSuspected,
    /// The object exists and has nothing to show, as a story with too few viewers.
    NoData,
    /// The request is wrong: the same one fails for ever.
    Bad,
    /// The container is lost: build a new one.
    Recreate,
    /// An error that Belino does not know.
    Unknown,
}

impl Class {
    /// Its word in logs, metrics and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Wait(_) => "wait",
            Self::Blocked => "blocked",
            Self::Reauth => "reauth",
            Self::Perm => "perm",
            Self::User => "user",
            Self::Gone => "gone",
            Self::GoneSuspected => "gone-suspected",
            Self::NoData => "no-data",
            Self::Bad => "bad",
            Self::Recreate => "recreate",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! Tokens: whom each speaks for, what it may do, and whether it still works.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Id;
use crate::domain::{Login, Timestamp};

/// Whom a token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holder {
    /// A person on Facebook, with every Page they can reach.
    User(Id),
    /// One Page and the account linked to it.
    Page(Id),
    /// One Instagram account, through Instagram Login.
    Account(Id),
}

/// An access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) login: Login,
    pub(crate) holder: Holder,
    pub(crate) scopes: Vec<String>,
    /// What the person was asked for and did not grant.
    #[serde(default)]
    pub(crate) declined: Vec<String>,
    /// The Pages that the person ticked; none: all of theirs.
    #[serde(default)]
    pub(crate) ticked: Option<BTreeSet<Id>>,
    /// Accounts that the person left out, though their Pages were ticked.
    #[serde(default)]
    pub(crate) left_out: BTreeSet<Id>,
    /// Of a Page's token: the user token that it is shown to.
    #[serde(default)]
    pub(crate) made_with: Option<String>,
    pub(crate) issued_at: Timestamp,
    /// None: it has no date.
    pub(crate) expires_at: Option<Timestamp>,
    /// After it the token is valid, but reads nothing of Instagram (Facebook Login).
    pub(crate) data_access_expires_at: Option<Timestamp>,
    /// The subcode of 190 that it answers since it was taken away.
    pub(crate) revoked: Option<i64>,
}

/// A token that was made to live no longer than this is a short one (graph-oauth.md §3).
const SHORT: Duration = Duration::from_hours(2);

impl Token {
    /// Whether a Page was ticked.
    pub(crate) fn shows(&self, page: Id) -> bool {
        self.ticked.as_ref().is_none_or(|ticked| ticked.contains(&page))
    }

    /// Whether it is of the kind that a code gives.
    pub(crate) fn is_short(&self) -> bool {
        self.expires_at
            .is_some_and(|at| at.since(self.issued_at) <= SHORT)
    }

    /// Whether it works, as far as its own state goes.
    pub(crate) fn is_alive(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && !self.is_expired(now)
    }

    /// Whether the person has been away for too long: it is valid, but their Instagram data are closed to it
    /// (graph-oauth.md §1.6).
    pub(crate) fn has_lapsed(&self, now: Timestamp) -> bool {
        self.data_access_expires_at.is_some_and(|at| at <= now)
    }

    /// Whether a permission was granted.
    pub(crate) fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// Whether its date has passed.
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

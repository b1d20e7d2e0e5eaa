//! Tokens: whom each speaks for, what it may do, and whether it still works.

use serde::{Deserialize, Serialize};

use super::{Account, Id};
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
    pub(crate) issued_at: Timestamp,
    /// None: it has no date.
    pub(crate) expires_at: Option<Timestamp>,
    /// After it the token is valid, but reads nothing (Facebook Login).
    pub(crate) data_access_expires_at: Option<Timestamp>,
    /// The subcode of 190 that it answers since it was taken away.
    pub(crate) revoked: Option<i64>,
}

impl Token {
    /// Whether it speaks for this account.
    pub(crate) fn reaches(&self, account: &Account) -> bool {
        account.logins.contains(&self.login)
            && match self.holder {
                Holder::User(user) => user == account.facebook_user,
                Holder::Page(page) => page == account.page.id,
                Holder::Account(id) => id == account.id,
            }
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

//! Why an effect is refused before anything is made at Meta.

use crate::domain::post::{Fault, PostState};
use crate::store::StoreError;

/// Why an account cannot publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The workspace has none of this id.
    UnknownAccount,
    /// There are several, and none is named.
    AccountNotNamed,
    /// It has no connection.
    NotConnected,
    /// Its token does not work.
    NeedsReconnect,
    /// Meta restricts it.
    Restricted,
    /// The permission to publish was not given.
    LacksScope(&'static str),
}

impl Hindrance {
    /// Stable: what programs decide by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownAccount => "unknown-account",
            Self::AccountNotNamed => "account-not-named",
            Self::NotConnected => "not-connected",
            Self::NeedsReconnect => "needs-reconnect",
            Self::Restricted => "restricted",
            Self::LacksScope(_) => "missing-scope",
        }
    }

    /// As a fault beside others.
    pub fn fault(self) -> Fault {
        Fault {
            pointer: "/account".to_owned(),
            code: self.code(),
            message: self.to_string(),
        }
    }
}

impl std::fmt::Display for Hindrance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownAccount => {
                f.write_str("there is no such account in the workspace; connect it, or name another")
            }
            Self::AccountNotNamed => f.write_str("there are several connected accounts: name one"),
            Self::NotConnected => f.write_str("the account is not connected; connect it"),
            Self::NeedsReconnect => f.write_str("the account's token does not work; connect it again"),
            Self::Restricted => f.write_str(
                "Meta restricts the account; open the Instagram app as the account and do what it asks",
            ),
            Self::LacksScope(scope) => {
                write!(
                    f,
                    "the permission {scope} was not given; connect the account again and leave it ticked"
                )
            }
        }
    }
}

/// Why an effect is not made, or not changed.
#[derive(Debug, thiserror::Error)]
pub enum EffectError {
    /// It breaks rules: all of them.
    #[error("the post breaks {} of Meta's rules", .0.len())]
    Invalid(Vec<Fault>),
    /// The account cannot publish.
    #[error("{0}")]
    Hindered(Hindrance),
    /// Something else was asked for under the same name before.
    #[error("something else was asked for under this Idempotency-Key before")]
    KeyReused,
    /// It has come too far, or not far enough.
    #[error("the post is {0}: {1}")]
    WrongState(PostState, &'static str),
    /// It changes faster than the change could be made.
    #[error("the post is being worked on; try again")]
    Busy,
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An upload that was there when it was looked at is none any more: the caller's, as if it had never been.
pub(super) fn gone_meanwhile(error: StoreError) -> EffectError {
    match error {
        StoreError::NotFound("upload") => EffectError::Invalid(vec![Fault {
            pointer: "/media".to_owned(),
            code: "upload",
            message: "an upload was removed meanwhile; upload the file again".to_owned(),
        }]),
        error => EffectError::Store(error),
    }
}

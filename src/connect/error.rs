//! Why an account was not connected, and what to do.

use super::KeyringError;
use crate::domain::{Class, Login, Timestamp};
use crate::graph::GraphError;
use crate::store::StoreError;

/// Why an account was not connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Facebook Login's tokens do not tell which account is meant.
    #[error("name the account: a token of Facebook Login does not tell which one it is for")]
    AccountNeeded,
    /// Meta does not take the token.
    #[error("Meta refused the token: {message}")]
    Refused {
        /// Meta's code.
        code: Option<i64>,
        /// Meta's words.
        message: String,
    },
    /// The token speaks for another account.
    #[error("the token is for account {found}, not for {expected}")]
    WrongAccount {
        /// The account that was named.
        expected: String,
        /// The account that the token speaks for.
        found: String,
    },
    /// A permission without which nothing can be read.
    #[error("the permission {0} was not granted")]
    MissingScope(&'static str),
    /// The app of this login product is not configured.
    #[error("the app for {0} login is not configured")]
    NotConfigured(Login),
    /// The token has ended, or was taken back.
    #[error("the token does not work any more")]
    TokenEnded,
    /// Meta cannot be asked now.
    #[error("Meta did not answer: {0}")]
    Unavailable(String),
    /// Meta's limits ask for no call before this.
    #[error("Meta's limits are used up; calls rest until {0}")]
    Resting(Timestamp),
    /// The token cannot be sealed or opened.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<GraphError> for ConnectError {
    fn from(error: GraphError) -> Self {
        match error.class() {
            Class::Retry | Class::Wait(_) | Class::Blocked => Self::Unavailable(error.message),
            _ => Self::Refused {
                code: error.code,
                message: error.message,
            },
        }
    }
}

impl ConnectError {
    /// Stable: what programs decide by.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AccountNeeded => "account-needed",
            Self::Refused { .. } => "refused-by-meta",
            Self::WrongAccount { .. } => "wrong-account",
            Self::MissingScope(_) => "missing-scope",
            Self::NotConfigured(_) => "not-configured",
            Self::TokenEnded => "token-ended",
            Self::Unavailable(_) => "meta-unavailable",
            Self::Resting(_) => "throttled",
            Self::Keyring(_) => "internal",
            Self::Store(StoreError::Conflict(_)) => "account-unavailable",
            Self::Store(_) => "store-unavailable",
        }
    }

    /// What to do.
    pub const fn fix(&self) -> &'static str {
        match self {
            Self::AccountNeeded => "Name the professional account's id.",
            Self::Refused { .. } => {
                "Begin again; a code or token works once, and only for the app that it was made for."
            }
            Self::WrongAccount { .. } => "Log in as the account that is to be connected.",
            Self::MissingScope(_) => "Begin again and leave the permission ticked.",
            Self::NotConfigured(_) => "Set the app's id and secret.",
            Self::TokenEnded => "The person must connect the account again.",
            Self::Keyring(_) => "Look into the log; the encryption keys may be incomplete.",
            Self::Store(StoreError::Conflict(_)) => {
                "Another workspace of this installation has the account; its operator can tell."
            }
            Self::Unavailable(_) | Self::Resting(_) | Self::Store(_) => "Wait a little, then begin again.",
        }
    }
}

//! How a login ended.

use url::Url;

use super::Candidate;
use crate::connect::ConnectError;
use crate::domain::ConnectionId;

/// A login that ended, well or not, and where the browser goes from it.
#[derive(Debug)]
pub struct Finished {
    /// Where the browser goes; none: it stays and is shown what happened.
    pub return_to: Option<String>,
    /// What happened.
    pub outcome: Result<LoginOutcome, LoginError>,
}

/// What a login led to.
#[derive(Debug)]
pub enum LoginOutcome {
    /// An account is connected.
    Connected(Connected),
    /// The person has several accounts and must choose.
    Choose {
        /// The session's id, which opens its page.
        session: String,
        /// That page.
        page: Url,
    },
}

/// A connected account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// The connection.
    pub connection: ConnectionId,
    /// The professional account's id.
    pub account_id: String,
    /// Its user name.
    pub username: Option<String>,
    /// Permissions that were asked for and not granted.
    pub missing_scopes: Vec<String>,
}

/// Why a login connected nothing.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The person refused.
    #[error("the login was cancelled")]
    Cancelled,
    /// The dialog reports something else.
    #[error("Meta's dialog reports: {0}")]
    Dialog(String),
    /// The answer has neither a code nor an error.
    #[error("Meta's dialog brought no code")]
    NoCode,
    /// The state is none of ours, or was forgotten.
    #[error("this login was not begun here")]
    UnknownState,
    /// The dialog was answered before.
    #[error("each login is answered once; what was connected then still is")]
    UsedState,
    /// The dialog was open for too long.
    #[error("this login took too long")]
    ExpiredState,
    /// There is no such choice, or it took too long.
    #[error("this choice is no longer open")]
    SessionEnded,
    /// The person ticked no Page, or manages none.
    #[error("no Facebook Page was shared")]
    NoPages,
    /// None of the Pages can be connected.
    #[error("none of the shared Pages can be connected: {}", hindered(.0))]
    NoneUsable(Vec<Candidate>),
    /// What was chosen is not, or no longer, among what can be chosen.
    #[error("the account cannot be chosen")]
    NotAmong,
    /// The account is a personal one.
    #[error("{} is a personal account", .0.as_deref().unwrap_or("the account"))]
    PersonalAccount(Option<String>),
    /// Connecting failed.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

fn hindered(candidates: &[Candidate]) -> String {
    let words = candidates.iter().filter_map(|candidate| {
        let page = candidate.page_name.as_deref().unwrap_or(&candidate.page_id);
        Some(format!("{page}: {}", candidate.hindrance?.message()))
    });
    words.collect::<Vec<_>>().join("; ")
}

impl LoginError {
    /// Stable: what programs decide by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Dialog(_) => "dialog-error",
            Self::NoCode => "no-code",
            Self::UnknownState => "unknown-state",
            Self::UsedState => "used-state",
            Self::ExpiredState => "expired-state",
            Self::SessionEnded => "session-ended",
            Self::NoPages => "no-pages",
            Self::NoneUsable(candidates) => candidates
                .first()
                .and_then(|candidate| candidate.hindrance)
                .map_or("no-professional-account", |hindrance| hindrance.code()),
            Self::NotAmong => "not-among-candidates",
            Self::PersonalAccount(_) => "personal-account",
            Self::Connect(error) => error.code(),
        }
    }

    /// What to do.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::Cancelled | Self::NoCode | Self::UnknownState | Self::ExpiredState | Self::SessionEnded => {
                "Go back to where this login was begun, and begin again."
            }
            Self::UsedState => "If the account is not connected, begin again.",
            Self::Dialog(_) => {
                "Compare the app's id, redirect address and permissions with the App Dashboard, then begin again."
            }
            Self::NoPages => {
                "Begin again and tick the Page that the Instagram account is linked to; somebody who manages it must log in."
            }
            Self::NoneUsable(candidates) => candidates
                .first()
                .and_then(|candidate| candidate.hindrance)
                .map_or("Begin again.", |hindrance| hindrance.fix()),
            Self::NotAmong => "Choose one of the accounts that are shown, or begin again.",
            Self::PersonalAccount(_) => {
                "Switch the account to a professional one in Instagram's settings, then begin again."
            }
            Self::Connect(error) => error.fix(),
        }
    }
}

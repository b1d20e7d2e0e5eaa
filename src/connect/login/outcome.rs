//! How a login ended.

use std::borrow::Cow;

use url::Url;

use super::{Candidate, Hindrance};
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
    /// What the workspace is called that it is connected to.
    pub workspace: String,
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
    /// The answer cannot be read: none of Meta's is like it.
    #[error("this address is not complete, or not as Meta's dialog gave it")]
    Malformed,
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

/// So many Pages are named of those that the same holds for.
const NAMED: usize = 3;

/// Which Pages cannot be connected for which reason.
fn hindered(candidates: &[Candidate]) -> String {
    let told = found(candidates).map(|hindrance| {
        let meant = |one: &&Candidate| one.hindrance == Some(hindrance);
        let pages: Vec<&str> = candidates.iter().filter(meant).map(Candidate::page).collect();
        let named: Vec<&str> = pages.iter().copied().take(NAMED).collect();
        let others = match pages.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{others}: {}", named.join(", "), hindrance.message())
    });
    told.collect::<Vec<_>>().join("; ")
}

/// What hinders, what is mended most easily first.
fn found(candidates: &[Candidate]) -> impl Iterator<Item = Hindrance> {
    let hinders = |hindrance: &Hindrance| {
        candidates
            .iter()
            .any(|candidate| candidate.hindrance == Some(*hindrance))
    };
    Hindrance::ALL.into_iter().filter(hinders)
}

impl LoginError {
    /// Stable: what programs decide by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Dialog(_) => "dialog-error",
            Self::Malformed => "malformed-answer",
            Self::NoCode => "no-code",
            Self::UnknownState => "unknown-state",
            Self::UsedState => "used-state",
            Self::ExpiredState => "expired-state",
            Self::SessionEnded => "session-ended",
            Self::NoPages => "no-pages",
            Self::NoneUsable(candidates) => found(candidates)
                .next()
                .map_or("no-professional-account", Hindrance::code),
            Self::NotAmong => "not-among-candidates",
            Self::PersonalAccount(_) => "personal-account",
            Self::Connect(error) => error.code(),
        }
    }

    /// What to do, about each reason where there are several.
    pub fn fix(&self) -> Cow<'static, str> {
        match self {
            Self::NoneUsable(candidates) => {
                let fixes: Vec<&str> = found(candidates).map(Hindrance::fix).collect();
                fixes.join(" ").into()
            }
            one => one.only_fix().into(),
        }
    }

    fn only_fix(&self) -> &'static str {
        match self {
            Self::Cancelled
            | Self::Malformed
            | Self::NoCode
            | Self::UnknownState
            | Self::ExpiredState
            | Self::SessionEnded => "Go back to where this login was begun, and begin again.",
            Self::UsedState => "If the account is not connected, begin again.",
            Self::Dialog(_) => {
                "Compare the app's id, redirect address and permissions with the App Dashboard, then begin again."
            }
            Self::NoPages => {
                "Begin again and tick the Page that the Instagram account is linked to; somebody who manages it must log in."
            }
            Self::NoneUsable(_) => "Begin again.",
            Self::NotAmong => "Choose one of the accounts that are shown, or begin again.",
            Self::PersonalAccount(_) => {
                "Switch the account to a professional one in Instagram's settings, then begin again."
            }
            Self::Connect(error) => error.fix(),
        }
    }
}

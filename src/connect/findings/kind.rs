//! The kinds of findings, and how much each matters.

use crate::domain::Login;

/// Something that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The login product of the connection that it is about; none: it is about the account.
    pub login: Option<Login>,
    /// What it is, and how much it matters.
    pub kind: FindingKind,
    /// The same for people.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// Kinds of findings, the weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The token does not work.
    NeedsReconnect,
    /// The account is a personal one by now, which the API does not serve.
    NotProfessional,
    /// Meta restricts the account.
    Restricted,
    /// A permission that processing needs is missing.
    MissingScopes,
    /// No webhooks come.
    NotSubscribed,
    /// The token ends and is not renewed, or stops reading.
    Expiring,
    /// The person has not the task on the Page that comments need.
    MissingTask,
    /// Webhooks of some wanted fields do not come.
    PartlySubscribed,
    /// A permission that was asked for was not given; processing goes on without.
    PartlyGranted,
    /// No webhook came for longer than is usual.
    Silent,
    /// The last renewal failed; it is tried again.
    RenewalFailing,
    /// Meta could not be asked several times how things stand.
    LookFailing,
}

impl FindingKind {
    /// Stable: what programs decide by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NeedsReconnect => "needs-reconnect",
            Self::NotProfessional => "not-professional",
            Self::Restricted => "restricted",
            Self::MissingScopes => "missing-scopes",
            Self::NotSubscribed => "not-subscribed",
            Self::Expiring => "expiring",
            Self::MissingTask => "missing-task",
            Self::PartlySubscribed => "partly-subscribed",
            Self::PartlyGranted => "partly-granted",
            Self::Silent => "silent",
            Self::RenewalFailing => "renewal-failing",
            Self::LookFailing => "look-failing",
        }
    }

    /// The state of an account of which this is the weightiest finding.
    pub const fn state(self) -> &'static str {
        match self {
            Self::NeedsReconnect | Self::NotProfessional => "needs_reconnect",
            Self::Restricted => "restricted",
            Self::MissingScopes => "missing_scopes",
            Self::NotSubscribed => "not_subscribed",
            Self::Expiring => "expiring",
            Self::MissingTask
            | Self::PartlySubscribed
            | Self::PartlyGranted
            | Self::Silent
            | Self::RenewalFailing
            | Self::LookFailing => "active",
        }
    }
}

/// The state that findings come to, the weightiest of them first.
pub fn state_of(findings: &[Finding]) -> &'static str {
    findings.first().map_or("active", |finding| finding.kind.state())
}

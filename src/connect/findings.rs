//! What is to be said of a connection: read from the store alone, so that it may be asked every second.

use std::time::Duration;

use crate::domain::{Login, Timestamp};
use crate::store::{Connection, ConnectionState};

/// So long before a token ends that nobody can renew, it is told.
const FORECAST: Duration = Duration::from_hours(14 * 24);

/// Something that a person should know of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The login product of the connection.
    pub login: Login,
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
    /// A permission that processing needs is missing.
    MissingScopes,
    /// No webhooks come.
    NotSubscribed,
    /// The token ends and is not renewed, or stops reading.
    Expiring,
    /// A permission that was asked for was not given; processing goes on without.
    PartlyGranted,
    /// The last renewal failed; it is tried again.
    RenewalFailing,
}

impl FindingKind {
    /// Stable: what programs decide by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NeedsReconnect => "needs-reconnect",
            Self::MissingScopes => "missing-scopes",
            Self::NotSubscribed => "not-subscribed",
            Self::Expiring => "expiring",
            Self::PartlyGranted => "partly-granted",
            Self::RenewalFailing => "renewal-failing",
        }
    }

    /// The state of an account of which this is the weightiest finding.
    pub const fn state(self) -> &'static str {
        match self {
            Self::NeedsReconnect => "needs_reconnect",
            Self::MissingScopes => "missing_scopes",
            Self::NotSubscribed => "not_subscribed",
            Self::Expiring => "expiring",
            Self::PartlyGranted | Self::RenewalFailing => "active",
        }
    }
}

/// Everything to be said of a connection, the weightiest first.
pub fn findings(connection: &Connection, now: Timestamp) -> Vec<Finding> {
    let finding = |kind, message: String, fix: &str| Finding {
        login: connection.login,
        kind,
        message,
        fix: fix.to_owned(),
    };
    let mut found = Vec::new();
    if connection.state == ConnectionState::NeedsReconnect {
        let message = "the token does not work any more".to_owned();
        found.push(finding(
            FindingKind::NeedsReconnect,
            message,
            "Connect the account again.",
        ));
    }
    let (needed, others) = missing(connection);
    if !needed.is_empty() {
        let message = format!("not permitted: {}", needed.join(", "));
        let fix = "Connect the account again and leave every permission ticked.";
        found.push(finding(FindingKind::MissingScopes, message, fix));
    }
    if connection.subscribed.as_deref() == Some("") {
        let message = "the account is not subscribed: no webhooks come".to_owned();
        let fix =
            "Connect the account again; for Facebook Login the person needs the task MODERATE on the Page.";
        found.push(finding(FindingKind::NotSubscribed, message, fix));
    }
    if let Some(ends) = reconnect_by(connection).filter(|ends| ends.since(now) < FORECAST) {
        let message = format!("access ends at {ends} unless the person logs in again");
        found.push(finding(
            FindingKind::Expiring,
            message,
            "Connect the account again before that.",
        ));
    }
    if !others.is_empty() {
        let message = format!("asked for and not permitted: {}", others.join(", "));
        let fix = "Connect the account again if what they are for is wanted.";
        found.push(finding(FindingKind::PartlyGranted, message, fix));
    }
    if let Some(why) = connection
        .renew_error
        .as_ref()
        .filter(|_| connection.renew_at.is_some())
    {
        let message = format!("the last renewal of the token failed ({why}); it is tried again");
        found.push(finding(
            FindingKind::RenewalFailing,
            message,
            "Nothing, unless it goes on for days.",
        ));
    }
    found.sort_by_key(|finding| finding.kind);
    found
}

/// By when the person must log in again: the end of a token that is not renewed, or of its access to data, which only a
/// login prolongs. None if neither is known.
pub fn reconnect_by(connection: &Connection) -> Option<Timestamp> {
    let token = connection.expires_at.filter(|_| connection.renew_at.is_none());
    [token, connection.data_access_expires_at]
        .into_iter()
        .flatten()
        .min()
}

/// Permissions that processing needs and lacks, and others that were asked for and not given. Where Meta does not tell
/// what was granted, nothing is known to be missing, but for what a call failed for.
pub fn missing(connection: &Connection) -> (Vec<String>, Vec<String>) {
    let granted: Vec<&str> = listed(&connection.scopes);
    let lacks = |scope: &&str| !granted.is_empty() && !granted.contains(scope);
    let needed = [connection.login.basic_scope(), connection.login.comments_scope()];
    let told = connection
        .state_reason
        .as_deref()
        .and_then(|reason| reason.strip_prefix("scope:"));
    let mut lacking: Vec<String> = needed
        .iter()
        .copied()
        .filter(lacks)
        .chain(told)
        .map(ToOwned::to_owned)
        .collect();
    lacking.sort();
    lacking.dedup();
    let asked = listed(&connection.asked)
        .into_iter()
        .filter(lacks)
        .map(ToOwned::to_owned);
    let others = asked.filter(|scope| !lacking.contains(scope)).collect();
    (lacking, others)
}

fn listed(list: &str) -> Vec<&str> {
    list.split(',').filter(|word| !word.is_empty()).collect()
}

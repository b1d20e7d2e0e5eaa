//! How an account is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::connect::{self, Finding, FindingKind};
use crate::domain::{Login, Timestamp};
use crate::http::connections::ConnectionView;
use crate::http::events::ReasonView;
use crate::store::{AccountStanding, Connection, ConnectionState, FieldStanding};

/// How an account stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountStatus)]
pub struct AccountView {
    /// Meta's id of it.
    pub(in crate::http) account_id: String,
    /// Its user name, once read.
    username: Option<String>,
    /// It has a connection that works.
    pub(in crate::http) connected: bool,
    /// `active`, `expiring`, `not_subscribed`, `missing_scopes`, `restricted`, `needs_reconnect`, or `disconnected`: by the
    /// weightiest finding of the connection that works best.
    state: &'static str,
    /// What somebody should know of it and its connections, the weightiest first.
    findings: Vec<FindingView>,
    /// By when a person must connect it again: its token ends and is not renewed, or its renewal fails; or its access to
    /// data ends, which only a login prolongs. Null if neither is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    reconnect_by: Option<Timestamp>,
    /// When the token ends that works; null if Meta did not tell.
    #[schema(value_type = Option<String>, format = DateTime)]
    token_expires_at: Option<Timestamp>,
    /// Its access under each login product.
    connections: Vec<ConnectionView>,
    /// When its last event came.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_event_at: Option<Timestamp>,
    /// What came of each field that ever came.
    fields: Vec<FieldView>,
    /// When Meta last told its profile: it is asked every few hours.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_synced_at: Option<Timestamp>,
    /// Its events that are not finished.
    backlog: BacklogView,
}

/// What came of a field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldStatus)]
pub struct FieldView {
    /// The field, as `comments`.
    field: String,
    /// When its last event came.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_event_at: Option<Timestamp>,
    /// How many events came.
    events: i64,
}

impl From<FieldStanding> for FieldView {
    fn from(standing: FieldStanding) -> Self {
        Self {
            field: standing.field,
            last_event_at: standing.last_at,
            events: standing.events,
        }
    }
}

/// What somebody should know of a connection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectionFinding)]
pub struct FindingView {
    /// The login product of the connection; null if it is about the account.
    #[schema(value_type = Option<String>)]
    login: Option<Login>,
    /// Stable: what programs decide by.
    code: &'static str,
    /// The same for people.
    message: String,
    /// What to do.
    fix: String,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        Self {
            login: finding.login,
            code: finding.kind.code(),
            message: finding.message,
            fix: finding.fix,
        }
    }
}

/// An account's events that are not finished.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Backlog)]
pub struct BacklogView {
    /// To be processed now.
    pending: i64,
    /// To be tried at a known time.
    waiting: i64,
    /// Held until something changes.
    parked: i64,
    /// Given up.
    dead: i64,
    /// What the whole account waits for.
    reason: Option<ReasonView>,
    /// Until when the whole account rests, as Meta's limits ask.
    #[schema(value_type = Option<String>, format = DateTime)]
    rest_until: Option<Timestamp>,
}

impl AccountView {
    pub(super) fn new(
        standing: AccountStanding,
        connections: Vec<Connection>,
        fields: Vec<FieldStanding>,
        now: Timestamp,
    ) -> Self {
        let active = connections
            .iter()
            .find(|connection| connection.state == ConnectionState::Active);
        let of_account = if connections.is_empty() {
            Vec::new()
        } else {
            connect::account_findings(&standing, now)
        };
        let found = connections
            .iter()
            .map(|connection| connect::findings(connection, now));
        let found: Vec<Vec<Finding>> = found.collect();
        let state = state(&found, &of_account);
        let mut findings: Vec<Finding> = found.into_iter().flatten().chain(of_account).collect();
        findings.sort_by_key(|finding| finding.kind);
        let (account_id, username) = (standing.instagram_id.clone(), standing.profile.username.clone());
        Self {
            connected: active.is_some(),
            state,
            findings: findings.into_iter().map(Into::into).collect(),
            reconnect_by: active.and_then(connect::reconnect_by),
            token_expires_at: active.and_then(|connection| connection.expires_at),
            last_event_at: standing.last_event_at,
            last_synced_at: standing.synced_at,
            fields: fields.into_iter().map(Into::into).collect(),
            connections: connections
                .into_iter()
                .map(|connection| ConnectionView::new(connection, account_id.clone(), username.clone()))
                .collect(),
            account_id,
            username,
            backlog: backlog(standing),
        }
    }
}

/// One connection that works is enough: the best one tells how the account stands, unless something weightier is to be
/// said of the account itself.
fn state(found: &[Vec<Finding>], of_account: &[Finding]) -> &'static str {
    let weightiest = |found: &[Finding]| found.first().map(|finding| finding.kind);
    // Of kinds the first is the weightiest, and none is lighter than any.
    let weight = |kind: &Option<FindingKind>| kind.map_or((1, None), |kind| (0, Some(kind)));
    let Some(best) = found.iter().map(|found| weightiest(found)).max_by_key(weight) else {
        return "disconnected";
    };
    let said = [best, weightiest(of_account)];
    said.into_iter()
        .min_by_key(weight)
        .flatten()
        .map_or("active", FindingKind::state)
}

/// The word for a connection's state.
pub const fn word(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Active => "active",
        ConnectionState::NeedsReconnect => "needs_reconnect",
        ConnectionState::MissingScopes => "missing_scopes",
        ConnectionState::Restricted => "restricted",
    }
}

fn backlog(standing: AccountStanding) -> BacklogView {
    let mut counts = standing.counts;
    if standing.parked_on.is_some() {
        counts.parked += counts.pending + counts.waiting;
        (counts.pending, counts.waiting) = (0, 0);
    }
    BacklogView {
        pending: counts.pending,
        waiting: counts.waiting,
        parked: counts.parked,
        dead: counts.dead,
        reason: standing.parked_on.map(|cause| ReasonView::new(cause, None)),
        rest_until: standing.rest_until,
    }
}

//! Connections: their state, their tokens' ends, what they were granted, and whether Meta still takes them.

use std::time::Duration;

use super::code::Code;
use super::command::Patient;
use super::finding::Finding;
use crate::app;
use crate::cli::Failure;
use crate::connect::{self, Keyring};
use crate::domain::{Class, Login, Need, Timestamp};
use crate::graph::{Access, Graph, GraphError};
use crate::store::{Connection, ConnectionState, Store};

const CHECK: &str = "connections";
/// From so long before a token's end on it is told.
const NOTICE: Duration = Duration::from_hours(24 * 7);
/// No more than so many are asked of Meta.
const ASKED: usize = 20;

/// Looks at each; with the keys, asks Meta as well.
pub(super) async fn look(
    patient: &Patient,
    store: &Store,
    connections: &[Connection],
    keyring: Option<&Keyring>,
) -> Result<Vec<Finding>, Failure> {
    if connections.is_empty() {
        return Ok(vec![Code::NoConnections.found("no account is connected")]);
    }
    let graph = app::graph(&patient.config, patient.clock.clone())?;
    let mut findings = Vec::new();
    for (position, connection) in connections.iter().enumerate() {
        let account = store.account(connection.account_key).await?;
        let account = account.map(|account| account.instagram_id).unwrap_or_default();
        let name = format!("account {account} ({})", connection.login);
        let mut found = stored(patient, connection, &name);
        if let Some(keyring) = keyring.filter(|_| position < ASKED && found.is_empty()) {
            found.extend(asked(&graph, keyring, connection, &account, &name).await);
        }
        if found.is_empty() {
            found.push(Finding::passed(CHECK, format!("{name} is connected")));
        }
        findings.extend(found);
    }
    Ok(findings)
}

/// What is known of it here.
fn stored(patient: &Patient, connection: &Connection, name: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let reason = connection.state_reason.as_deref().unwrap_or("unknown");
    match connection.state {
        ConnectionState::Active => {}
        ConnectionState::NeedsReconnect => {
            findings.push(Code::NeedsReconnect.found(format!("{name} must be connected again: {reason}")));
        }
        ConnectionState::Restricted => {
            findings.push(Code::Restricted.found(format!("{name} is restricted by Meta")));
        }
        ConnectionState::MissingScopes => {
            findings.push(Code::LacksScopes.found(format!("{name} lacks a permission: {reason}")));
        }
    }
    findings.extend(ends(patient.clock.now(), connection, name));
    let missing = missing(connection);
    if !missing.is_empty() {
        findings.push(Code::ScopesMissing.found(format!("{name} was not granted {}", missing.join(", "))));
    }
    findings
}

/// When its token ends, in one way or the other, and whether renewing it goes well.
fn ends(now: Timestamp, connection: &Connection, name: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(end) = connection.expires_at {
        if end <= now {
            findings.push(Code::TokenExpired.found(format!("the token of {name} ended at {end}")));
        } else if end <= now + NOTICE {
            findings.push(Code::TokenExpiring.found(format!("the token of {name} ends at {end}")));
        }
    }
    if let Some(end) = connection.data_access_expires_at {
        if end <= now {
            findings.push(Code::DataAccessEnded.found(format!("the access of {name} ended at {end}")));
        } else if end <= now + NOTICE {
            findings.push(Code::DataAccessEnding.found(format!("the access of {name} ends at {end}")));
        }
    }
    if connection.renew_tries > 0 {
        let (tries, reason) = (connection.renew_tries, connection.renew_error.as_deref());
        let reason = reason.unwrap_or("no reason was noted");
        findings.push(Code::TokenNotRenewed.found(format!(
            "renewing the token of {name} failed {tries} times: {reason}"
        )));
    }
    findings
}

/// What was asked for, or else what reading needs, and was not granted, where that is known.
fn missing(connection: &Connection) -> Vec<&str> {
    if connection.scopes.is_empty() {
        return Vec::new();
    }
    let list = |text| -> Vec<&str> { str::split(text, ',').filter(|scope| !scope.is_empty()).collect() };
    let (granted, mut needed) = (list(&connection.scopes), list(&connection.asked));
    if needed.is_empty() {
        needed.extend(connection.login.basic_permissions());
        needed.push(connection.login.comments_scope());
    }
    needed.retain(|scope| !granted.contains(scope));
    needed
}

/// What Meta says of it; nothing if it takes the token and the webhooks come.
async fn asked(
    graph: &Graph,
    keyring: &Keyring,
    connection: &Connection,
    account: &str,
    name: &str,
) -> Option<Finding> {
    // One that does not open is told with the keys.
    let access = connect::open(keyring, connection, account).ok()?;
    match graph.probe(&access, Need::Basic).await {
        Ok(_) => subscribed(graph, &access, name).await,
        Err(error) if is_passing(&error) => Some(Finding::skipped(
            CHECK,
            format!("{name}: Meta does not say now: {}", error.message),
        )),
        Err(error) => {
            Some(Code::TokenRefused.found(format!("{name}: {}: {}", error.meaning(), error.message)))
        }
    }
}

fn is_passing(error: &GraphError) -> bool {
    matches!(error.class(), Class::Retry | Class::Wait(_) | Class::Blocked)
}

/// Compares what the account is subscribed to with what is wanted; of a Page any field will do.
async fn subscribed(graph: &Graph, access: &Access, name: &str) -> Option<Finding> {
    let fields = match graph.subscribed_fields(access).await {
        Ok(answer) => answer.body,
        Err(error) => {
            let untold = format!(
                "{name} is connected; its subscription cannot be read with this token: {}",
                error.message
            );
            return Some(Finding::skipped(CHECK, untold));
        }
    };
    if fields.is_empty() {
        return Some(Code::NotSubscribed.found(format!("{name} is not subscribed to webhooks")));
    }
    if access.login == Login::Facebook {
        return None;
    }
    let wanted = access.login.subscribed_fields().iter();
    let missing: Vec<&str> = wanted
        .copied()
        .filter(|field| !fields.iter().any(|has| has == field))
        .collect();
    (!missing.is_empty())
        .then(|| Code::FieldsMissing.found(format!("{name} is not subscribed to {}", missing.join(", "))))
}

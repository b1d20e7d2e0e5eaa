//! What is to be said of a connection.

use std::collections::BTreeSet;

use super::{Finding, FindingKind};
use crate::connect::forecast::AHEAD;
use crate::domain::{Login, TASKS_FOR_COMMENTS, Timestamp};
use crate::store::{Connection, ConnectionState};

/// Looks that failed one after the other before that is worth a word.
const LOOKS_FAILED: i64 = 3;

/// Everything to be said of a connection, the weightiest first.
pub fn findings(connection: &Connection, now: Timestamp) -> Vec<Finding> {
    let (needed, others) = missing(connection);
    let found = [
        works(connection),
        (!needed.is_empty()).then(|| {
            let fix = "Connect the account again and leave every permission ticked.";
            (
                FindingKind::MissingScopes,
                format!("not permitted: {}", needed.join(", ")),
                fix,
            )
        }),
        subscription(connection),
        end(connection, now),
        task(connection),
        (!others.is_empty()).then(|| {
            let fix = "Connect the account again if what they are for is wanted.";
            let message = format!("asked for and not permitted: {}", others.join(", "));
            (FindingKind::PartlyGranted, message, fix)
        }),
        trouble(connection),
        unseen(connection),
    ];
    let mut found: Vec<Finding> = found
        .into_iter()
        .flatten()
        .map(|(kind, message, fix)| Finding {
            login: Some(connection.login),
            kind,
            message,
            fix: fix.to_owned(),
        })
        .collect();
    found.sort_by_key(|finding| finding.kind);
    found
}

type Said = (FindingKind, String, &'static str);

fn works(connection: &Connection) -> Option<Said> {
    let said = |kind, message: &str, fix| Some((kind, message.to_owned(), fix));
    match connection.state {
        ConnectionState::NeedsReconnect => said(
            FindingKind::NeedsReconnect,
            "the token does not work any more",
            "Connect the account again.",
        ),
        ConnectionState::Restricted => said(
            FindingKind::Restricted,
            "Meta restricts the account",
            "Open the Instagram app as the account and do what it asks; Belino looks by itself whether that helped.",
        ),
        ConnectionState::Active | ConnectionState::MissingScopes => None,
    }
}

fn subscription(connection: &Connection) -> Option<Said> {
    let subscribed = connection.subscribed.as_deref()?;
    if subscribed.is_empty() {
        let fix =
            "Connect the account again; for Facebook Login the person needs the task MODERATE on the Page.";
        let message = "the account is not subscribed: no webhooks come".to_owned();
        return Some((FindingKind::NotSubscribed, message, fix));
    }
    // Of a Page any field will do.
    let wanted = connection.login.subscribed_fields().iter().copied();
    let subscribed: BTreeSet<&str> = listed(subscribed).into_iter().collect();
    let lacking: Vec<&str> = wanted.filter(|field| !subscribed.contains(field)).collect();
    if lacking.is_empty() || connection.login == Login::Facebook {
        return None;
    }
    let message = format!("not subscribed to: {}", lacking.join(", "));
    let fix = "Nothing, if they are not needed; else look whether the app may have them at Meta. It is tried again.";
    Some((FindingKind::PartlySubscribed, message, fix))
}

fn end(connection: &Connection, now: Timestamp) -> Option<Said> {
    let ends = reconnect_by(connection).filter(|ends| ends.since(now) <= AHEAD)?;
    let (message, fix) = if ends > now {
        (
            format!("access ends at {ends} unless the person logs in again"),
            "Connect the account again before that.",
        )
    } else {
        (
            format!("the person's login ended at {ends}"),
            "Connect the account again.",
        )
    };
    Some((FindingKind::Expiring, message, fix))
}

fn task(connection: &Connection) -> Option<Said> {
    let tasks = listed(connection.tasks.as_deref()?);
    if tasks.is_empty() || tasks.iter().any(|task| TASKS_FOR_COMMENTS.contains(task)) {
        return None;
    }
    let message = format!("on the Page the person has only the tasks {}", tasks.join(", "));
    let fix = "Somebody who manages the Page must give the person the task MODERATE, or connect the account instead.";
    Some((FindingKind::MissingTask, message, fix))
}

fn trouble(connection: &Connection) -> Option<Said> {
    let why = connection
        .renew_error
        .as_ref()
        .filter(|_| connection.renew_at.is_some())?;
    let message = format!("the last renewal of the token failed ({why}); it is tried again");
    Some((
        FindingKind::RenewalFailing,
        message,
        "Nothing, unless it goes on for days.",
    ))
}

fn unseen(connection: &Connection) -> Option<Said> {
    let why = connection
        .look_error
        .as_ref()
        .filter(|_| connection.look_tries >= LOOKS_FAILED)?;
    let since = connection
        .looked_at
        .map_or_else(|| "never".to_owned(), |at| at.to_string());
    let message =
        format!("Meta could not be asked how the connection stands ({why}); the last time: {since}");
    Some((
        FindingKind::LookFailing,
        message,
        "Nothing, unless it goes on for days.",
    ))
}

/// By when the person must log in again: the end of a token that is not renewed, or whose renewal fails, or of its access
/// to data, which only a login prolongs. None if neither is known.
pub fn reconnect_by(connection: &Connection) -> Option<Timestamp> {
    let renewed = connection.renew_at.is_some() && connection.renew_error.is_none();
    let token = connection.expires_at.filter(|_| !renewed);
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

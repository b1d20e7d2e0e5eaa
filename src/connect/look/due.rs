//! Which connections are looked at, and what follows from what was seen.

use std::error::Error;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::one::Glance;
use crate::chance::chance;
use crate::connect::findings::state_of;
use crate::connect::{ConnectError, Connector, check, findings, open, rest_of};
use crate::domain::{ParkedOn, Timestamp};
use crate::store::{Connection, ConnectionState, Seen, StoreError};

/// From one look at a connection to the next, and up to a quarter as long again: connections that were made together
/// are not looked at together for ever.
const BETWEEN: Duration = Duration::from_hours(6);
/// By then what ends has ended: Meta tells ends by the second.
const JUST_AFTER: Duration = Duration::from_secs(1);
/// Looks in one go.
const AT_ONCE: i64 = 16;

/// What came of a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookOutcome {
    /// Meta answered under this token; the status tells what was found.
    Works,
    /// The connection does not work: what it waits for.
    Fails(ParkedOn),
    /// Meta could not be asked, for this reason.
    Unknown(String),
    /// Somebody else changed the connection meanwhile.
    Changed,
}

impl LookOutcome {
    /// Stable: what programs decide by.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Fails(_) => "fails",
            Self::Unknown(_) => "unknown",
            Self::Changed => "changed-meanwhile",
        }
    }
}

impl Connector {
    /// Looks at the connections whose time has come. One that fails holds up no other. Gives how many were looked at.
    pub async fn look_due(&self, stop: &CancellationToken) -> Result<usize, StoreError> {
        let mut looked = 0;
        for connection in self.store.due_looks(AT_ONCE).await? {
            if stop.is_cancelled() {
                break;
            }
            if self.store.claim_look(&connection).await? {
                let outcome = self.look(&connection).await?;
                metrics::counter!("belino_connection_looks_total", "outcome" => outcome.code()).increment(1);
                looked += 1;
            }
        }
        Ok(looked)
    }

    /// Looks at one connection at once, even if it does not work: it may be cured.
    pub async fn verify(&self, connection: &Connection) -> Result<LookOutcome, ConnectError> {
        if matches!(connection.state, ConnectionState::Active) {
            return Ok(self.look(connection).await?);
        }
        let report = match check(&self.store, &self.graph, &self.keyring, connection).await {
            Ok(report) => report,
            Err(ConnectError::Store(error)) => return Err(error.into()),
            Err(error) => return Ok(LookOutcome::Unknown(error.to_string())),
        };
        if !report.works {
            let cause = connection
                .state_reason
                .as_deref()
                .and_then(|cause| cause.parse().ok());
            return Ok(LookOutcome::Fails(cause.unwrap_or(ParkedOn::Reconnect)));
        }
        match self.store.connection(connection.id, None).await {
            Ok(cured) => Ok(self.look(&cured).await?),
            Err(StoreError::NotFound(_)) => Ok(LookOutcome::Changed),
            Err(error) => Err(error.into()),
        }
    }

    /// Looks at one connection now.
    pub async fn look(&self, connection: &Connection) -> Result<LookOutcome, StoreError> {
        let account = self.store.account(connection.account_key).await?;
        let instagram_id = account.map(|account| account.instagram_id).unwrap_or_default();
        let access = match open(&self.keyring, connection, &instagram_id) {
            Ok(access) => access,
            Err(error) => {
                return self
                    .put_off(connection, &ConnectError::Keyring(error), None)
                    .await;
            }
        };
        if let Some(until) = self.rest(&access).await? {
            let resting = ConnectError::Resting(until);
            return self.put_off(connection, &resting, Some(until)).await;
        }
        match self.glance(connection, access).await {
            Ok(Glance::Seen(seen)) => {
                self.hear_silence(connection.account_key).await?;
                self.keep(connection, *seen).await
            }
            Ok(Glance::Fails(cause)) => {
                let changed = !self.store.failed(connection, &cause).await?;
                Ok(if changed {
                    LookOutcome::Changed
                } else {
                    LookOutcome::Fails(cause)
                })
            }
            Err(ConnectError::Store(error)) => Err(error),
            Err(error) => self.put_off(connection, &error, None).await,
        }
    }

    /// Until when Meta asks for no further call, if that is so.
    pub(in crate::connect) async fn rest(
        &self,
        access: &crate::graph::Access,
    ) -> Result<Option<Timestamp>, StoreError> {
        rest_of(&self.store, access).await
    }

    async fn keep(&self, connection: &Connection, seen: Seen) -> Result<LookOutcome, StoreError> {
        let now = self.store.clock().now();
        let state = |connection: &Connection| state_of(&findings(connection, now));
        let after = with(connection, &seen);
        let told = Some(state(&after))
            .filter(|after| *after != state(connection))
            .and_then(kind);
        let next = now + BETWEEN.mul_f64(1.0 + chance() / 4.0);
        let next = just_after_an_end(&after, now).map_or(next, |end| end.min(next));
        let kept = self.store.looked(connection, seen, next, told).await?;
        Ok(if kept {
            LookOutcome::Works
        } else {
            LookOutcome::Changed
        })
    }

    async fn put_off(
        &self,
        connection: &Connection,
        error: &ConnectError,
        next: Option<Timestamp>,
    ) -> Result<LookOutcome, StoreError> {
        tracing::warn!(connection.id = %connection.id, error = error as &dyn Error, "could not look at a connection; it is tried again");
        self.store.look_failed(connection, error.code(), next).await?;
        Ok(LookOutcome::Unknown(error.to_string()))
    }
}

/// When access has ended next: then it is looked at once, so that it is known whether it has.
fn just_after_an_end(connection: &Connection, now: Timestamp) -> Option<Timestamp> {
    let ends = [connection.expires_at, connection.data_access_expires_at];
    ends.into_iter()
        .flatten()
        .map(|end| end + JUST_AFTER)
        .filter(|at| *at > now)
        .min()
}

/// The connection as it will be.
fn with(connection: &Connection, seen: &Seen) -> Connection {
    let list = |seen: &Option<Vec<String>>| seen.as_ref().map(|words| words.join(","));
    let mut after = connection.clone();
    after.scopes = list(&seen.scopes).unwrap_or(after.scopes);
    after.tasks = list(&seen.tasks).or(after.tasks);
    after.subscribed = list(&seen.subscribed).or(after.subscribed);
    after.data_access_expires_at = seen.data_access_expires_at.or(after.data_access_expires_at);
    after
}

/// What followers are told of a state that a look found. Of ends to come they are told by the forecast.
fn kind(state: &'static str) -> Option<&'static str> {
    match state {
        "missing_scopes" => Some("account.missing_scopes"),
        "not_subscribed" => Some("account.not_subscribed"),
        "active" => Some("account.active"),
        _ => None,
    }
}

//! Tokens that are renewed before they end (graph-oauth.md §1.3, §2.4).
//!
//! Each is work of its own with its own tries; one process at a time takes it on. The new token is stored before it is
//! used, and only if the connection is still the one that was read.

use std::error::Error;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::calls;
use super::keyring::Bound;
use super::open::{open, open_user};
use super::{ConnectError, Connector};
use crate::domain::{AccessToken, Class, Login, ParkedOn, Timestamp};
use crate::graph::{Access, Call, GraphError, TokenGrant};
use crate::store::{Connection, Renewed, StoreError};

/// A token is renewed when it has so long to live: what cannot be renewed is known before it is first told, 14 days ahead.
const AHEAD: Duration = Duration::from_hours(15 * 24);
/// Instagram renews no token that is younger.
const YOUNGEST: Duration = Duration::from_hours(24);
/// A later end than the old one by less is none: the exchange gave the same token again.
const LATER: Duration = Duration::from_hours(24);
/// Renewals in one go.
const AT_ONCE: i64 = 16;

/// Meta gives no later end: the person must log in again before the token ends.
const NO_LATER_END: &str = "no-later-end";
/// The app that the token was made for is not configured.
const NOT_CONFIGURED: &str = "not-configured";

/// When a token that was given now is to be renewed. One of Instagram Login without a known end is renewed as soon as
/// that is possible, to learn it; one of Facebook Login without an end needs no renewal.
pub(super) fn renew_at(login: Login, given: Timestamp, ends: Option<Timestamp>) -> Option<Timestamp> {
    let earliest = given + YOUNGEST;
    match (login, ends) {
        (_, Some(ends)) => Some((ends - AHEAD).max(earliest)),
        (Login::Instagram, None) => Some(earliest),
        (Login::Facebook, None) => None,
    }
}

/// What came of a renewal that Meta answered.
enum Answered {
    Renewed(Box<Renewed>),
    /// Nothing to be had, now or ever.
    Never(&'static str),
}

impl Answered {
    /// The permissions that came with it.
    fn told(mut self, scopes: Vec<String>) -> Self {
        if let Self::Renewed(new) = &mut self {
            new.scopes = scopes;
        }
        self
    }
}

impl Connector {
    /// Renews the tokens whose time has come. One that fails holds up no other. Gives how many were renewed.
    pub async fn renew_due(&self, stop: &CancellationToken) -> Result<usize, StoreError> {
        let mut renewed = 0;
        for connection in self.store.due_renewals(AT_ONCE).await? {
            if stop.is_cancelled() {
                break;
            }
            if self.store.claim_renewal(&connection).await? {
                renewed += usize::from(self.renew(&connection).await?);
            }
        }
        Ok(renewed)
    }

    async fn renew(&self, connection: &Connection) -> Result<bool, StoreError> {
        let account = self.store.account(connection.account_key).await?;
        let instagram_id = account.map(|account| account.instagram_id).unwrap_or_default();
        let result = match open(&self.keyring, connection, &instagram_id) {
            Ok(access) => self.ask(connection, access).await,
            Err(error) => Err(ConnectError::Keyring(error)),
        };
        let outcome = match result {
            Ok(Answered::Renewed(new)) => {
                let kept = self.store.renewed(connection, *new).await?;
                if kept { "renewed" } else { "changed-meanwhile" }
            }
            Ok(Answered::Never(why)) => {
                self.store.renewal_failed(connection, why, true).await?;
                why
            }
            Err(ConnectError::Store(error)) => return Err(error),
            Err(ConnectError::TokenEnded) => {
                self.store.failed(connection, &ParkedOn::Reconnect).await?;
                "ended"
            }
            Err(error) => {
                self.store.renewal_failed(connection, error.code(), false).await?;
                tracing::warn!(connection.id = %connection.id, error = &error as &dyn Error, "could not renew a token; it is tried again");
                error.code()
            }
        };
        metrics::counter!("belino_token_renewals_total", "outcome" => outcome).increment(1);
        tracing::info!(connection.id = %connection.id, outcome, "looked after a token");
        Ok(outcome == "renewed")
    }

    async fn ask(&self, connection: &Connection, access: Access) -> Result<Answered, ConnectError> {
        let now = self.store.clock().now();
        match connection.login {
            Login::Instagram => {
                let asked = self.graph.refresh(&access).await;
                let grant = self.heard(connection, &access, asked).await?;
                let ends = grant.lives.map(|lives| now + lives);
                Ok(self
                    .sealed(connection, now, ends, &grant.token, None)
                    .told(grant.scopes))
            }
            Login::Facebook => self.exchange(connection, access, now).await,
        }
    }

    /// Exchanges the person's token. Whether Meta gives a later end for one that is long-lived already is not certain
    /// (graph-oauth.md §1.3): without one nothing is gained.
    async fn exchange(
        &self,
        connection: &Connection,
        access: Access,
        now: Timestamp,
    ) -> Result<Answered, ConnectError> {
        let Some(app) = self.logins.app(Login::Facebook) else {
            return Ok(Answered::Never(NOT_CONFIGURED));
        };
        let user = open_user(&self.keyring, connection)?;
        let person = user.as_ref().unwrap_or(&access.token);
        let asked = self.graph.lengthen(app, person).await;
        let grant = self.heard(connection, &access, asked).await?;
        let ends = grant.lives.map(|lives| now + lives);
        let later = match (connection.expires_at, ends) {
            (Some(before), Some(ends)) => ends > before + LATER,
            (_, None) => true,
            (None, Some(_)) => false,
        };
        if !later {
            return Ok(Answered::Never(NO_LATER_END));
        }
        Ok(match user {
            Some(_) => self.sealed(connection, now, ends, &access.token, Some(&grant.token)),
            None => self.sealed(connection, now, ends, &grant.token, None),
        })
    }

    fn sealed(
        &self,
        connection: &Connection,
        now: Timestamp,
        ends: Option<Timestamp>,
        token: &AccessToken,
        user_token: Option<&AccessToken>,
    ) -> Answered {
        Answered::Renewed(Box::new(Renewed {
            token: self.keyring.seal(Bound::AccessToken(connection.id), token),
            user_token: user_token.map(|token| self.keyring.seal(Bound::UserToken(connection.id), token)),
            scopes: Vec::new(),
            expires_at: ends,
            renew_at: renew_at(connection.login, now, ends),
        }))
    }

    /// Notes the call, and tells a token that has ended from trouble that passes.
    async fn heard(
        &self,
        connection: &Connection,
        access: &Access,
        outcome: Result<crate::graph::Answer<TokenGrant>, GraphError>,
    ) -> Result<TokenGrant, ConnectError> {
        let call = Call::of(&outcome);
        let pools = calls::pools_told(access, call, self.store.clock().now());
        calls::note(
            &self.store,
            Some(connection.account_key),
            std::slice::from_ref(call),
            pools,
        )
        .await;
        match outcome {
            Ok(answer) => Ok(answer.body),
            Err(error) if error.class() == Class::Reauth => Err(ConnectError::TokenEnded),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_15_days_before_its_end_and_never_in_its_first_day() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let days = |days: u64| now + Duration::from_hours(24 * days);
        for login in Login::ALL {
            assert_eq!(renew_at(login, now, Some(days(60))), Some(days(45)));
            assert_eq!(renew_at(login, now, Some(days(3))), Some(days(1)));
        }
        assert_eq!(renew_at(Login::Instagram, now, None), Some(days(1)));
        assert_eq!(renew_at(Login::Facebook, now, None), None);
    }
}

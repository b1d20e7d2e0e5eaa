//! Reading what is not kept: one call, by the account's connection that works best and whose quotas do not rest.

use super::{ConnectError, Connector, calls, open};
use crate::chance::chance;
use crate::domain::retry::{self, Next};
use crate::domain::{Account, Login, ParkedOn, Timestamp};
use crate::graph::{Access, Call, GraphError, Media, Page};
use crate::store::{Connection, ConnectionState, PoolUse, StoreError};

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The account has no connection.
    #[error("the account is not connected")]
    NotConnected,
    /// None of its connections works.
    #[error("no connection of the account works: a person must connect it again")]
    NeedsReconnect,
    /// Meta wants the person to do something first.
    #[error("Meta restricts the account: its owner must see to it in Instagram's app")]
    Restricted,
    /// A quota that the call draws on rests.
    #[error("Meta's limits are used up; calls are made again from {0} on")]
    Resting(Timestamp),
    /// Meta refuses what was asked for: of a list, most likely its cursor.
    #[error("Meta refuses the request: {0}")]
    Refused(String),
    /// The token, Meta or the store.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl ReadError {
    /// Whether the account's other login, with its own token, permissions and quotas, may do better.
    const fn is_of_the_login(&self) -> bool {
        matches!(
            self,
            Self::NeedsReconnect
                | Self::Resting(_)
                | Self::Connect(ConnectError::MissingScope(_) | ConnectError::Keyring(_))
        )
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Connect(error.into())
    }
}

impl Connector {
    /// Reads a page of an account's media, newest first. `after` is Meta's own cursor.
    pub async fn media(
        &self,
        account: &Account,
        limit: u8,
        after: Option<&str>,
    ) -> Result<Page<Media>, ReadError> {
        let mut connections = self.store.connections_of(account.key).await?;
        let mut why = without_any(&connections);
        connections.sort_by_key(|connection| connection.state != ConnectionState::Active);
        for connection in connections.iter().filter(|connection| may_read(connection)) {
            match self.media_by(connection, account, limit, after).await {
                Err(error) if error.is_of_the_login() => why = error,
                settled => return settled,
            }
        }
        Err(why)
    }

    async fn media_by(
        &self,
        connection: &Connection,
        account: &Account,
        limit: u8,
        after: Option<&str>,
    ) -> Result<Page<Media>, ReadError> {
        let access = open(&self.keyring, connection, &account.instagram_id).map_err(ConnectError::from)?;
        if let Some(until) = self.rest(&access).await? {
            return Err(ReadError::Resting(until));
        }
        let read = self.graph.media_page(&access, limit, after).await;
        let rest = read
            .as_ref()
            .err()
            .and_then(|error| self.rest_for(&access, error));
        self.note_read(connection, &access, Call::of(&read), rest.clone())
            .await;
        match read {
            Ok(answer) => Ok(answer.body),
            Err(error) => Err(self.met(connection, error, rest).await?),
        }
    }

    /// The rest that an error asks for, as processing takes it.
    fn rest_for(&self, access: &Access, error: &GraphError) -> Option<PoolUse> {
        let Next::Rest { pool, lasting } = next(access.login, error) else {
            return None;
        };
        Some(PoolUse {
            key: access.pool(pool).to_string(),
            usage: None,
            rest_until: Some(self.store.clock().now() + lasting),
        })
    }

    async fn note_read(&self, connection: &Connection, access: &Access, call: &Call, rest: Option<PoolUse>) {
        let mut pools = calls::pools_told(access, call, self.store.clock().now());
        pools.extend(rest);
        let (account, call) = (Some(connection.account_key), std::slice::from_ref(call));
        calls::note(&self.store, account, call, pools).await;
    }

    /// What an error means for the reader; a token that has ended is one for everybody.
    async fn met(
        &self,
        connection: &Connection,
        error: GraphError,
        rest: Option<PoolUse>,
    ) -> Result<ReadError, StoreError> {
        if let Some(until) = rest.and_then(|rest| rest.rest_until) {
            return Ok(ReadError::Resting(until));
        }
        Ok(match next(connection.login, &error) {
            Next::Park(cause @ ParkedOn::Reconnect) => {
                self.store.failed(connection, &cause).await?;
                ReadError::NeedsReconnect
            }
            Next::Park(cause @ ParkedOn::Restricted) => {
                self.store.failed(connection, &cause).await?;
                ReadError::Restricted
            }
            Next::Park(ParkedOn::Scope(_)) => {
                ConnectError::MissingScope(connection.login.basic_scope()).into()
            }
            Next::Dead(_) => ReadError::Refused(error.message),
            _ => ConnectError::from(error).into(),
        })
    }
}

/// One that lacks a permission may have the one that reading media needs.
fn may_read(connection: &Connection) -> bool {
    matches!(
        connection.state,
        ConnectionState::Active | ConnectionState::MissingScopes
    )
}

/// Why nothing is read where no connection may.
fn without_any(connections: &[Connection]) -> ReadError {
    let restricted = |connection: &Connection| connection.state == ConnectionState::Restricted;
    match connections {
        [] => ReadError::NotConnected,
        some if some.iter().any(restricted) => ReadError::Restricted,
        _ => ReadError::NeedsReconnect,
    }
}

/// What an error of a read asks for, which is not tried again here.
fn next(login: Login, error: &GraphError) -> Next {
    retry::next(&retry::Failure {
        class: error.class(),
        attempt: 1,
        suspicions: 0,
        usage_percent: error.call.usage.highest(),
        regain: error.call.usage.regain(),
        scope: login.basic_scope(),
        jitter: chance(),
    })
}

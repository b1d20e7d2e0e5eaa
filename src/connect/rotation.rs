//! A new encryption key takes over: what older ones sealed is sealed anew, while the service goes on.

use super::keyring::Bound;
use super::open::open_user;
use super::{ConnectError, Keyring};
use crate::domain::{AccessToken, ConnectionId};
use crate::store::{Connection, Sealed, Store};

/// A connection whose token is renewed meanwhile is looked at again, so often.
const ROUNDS: usize = 3;

/// What was sealed anew.
#[derive(Debug, Default)]
pub struct RotationReport {
    /// Connections that are sealed by the first key now.
    pub resealed: usize,
    /// Those that were before.
    pub already: usize,
    /// Those that could not be, and why.
    pub failed: Vec<(ConnectionId, ConnectError)>,
    /// Choices among accounts that are open, and that are sealed by the first key now.
    pub choices: usize,
}

/// Seals every token, those of choices that are open among them, with the keyring's first key. Each connection is a transaction of its own.
pub async fn rotate_encryption(store: &Store, keyring: &Keyring) -> Result<RotationReport, ConnectError> {
    let mut report = RotationReport::default();
    for connection in store.connections(None).await? {
        match rotate(store, keyring, connection.id).await {
            Ok(true) => report.resealed += 1,
            Ok(false) => report.already += 1,
            Err(ConnectError::Store(error)) => return Err(error.into()),
            Err(error) => report.failed.push((connection.id, error)),
        }
    }
    report.choices = rotate_sessions(store, keyring).await?;
    Ok(report)
}

/// What is still to be chosen goes on under the first key. Whose key is gone cannot be chosen from any more, with the old
/// key or the new one, and ends in half an hour.
async fn rotate_sessions(store: &Store, keyring: &Keyring) -> Result<usize, ConnectError> {
    let mut resealed = 0;
    for session in store.sessions_sealed_before(keyring.first()).await? {
        let Ok(hash) = session.hash.as_slice().try_into() else {
            continue;
        };
        let bound = Bound::Session(hash);
        if let Ok(token) = keyring.open(bound, &session.key_id, &session.token) {
            store
                .reseal_session(&session, keyring.seal(bound, &token))
                .await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}

/// False if nothing was to be done.
async fn rotate(store: &Store, keyring: &Keyring, id: ConnectionId) -> Result<bool, ConnectError> {
    for _ in 0..ROUNDS {
        let connection = store.connection(id, None).await?;
        if is_current(keyring, &connection) {
            return Ok(false);
        }
        let bound = Bound::AccessToken(id);
        let token = keyring.open(bound, &connection.key_id, &connection.token)?;
        let user_token: Option<AccessToken> = open_user(keyring, &connection)?;
        let sealed = Sealed {
            token: keyring.seal(bound, &token),
            user_token: user_token.map(|token| keyring.seal(Bound::UserToken(id), &token)),
        };
        if store.reseal(&connection, sealed).await? {
            return Ok(true);
        }
    }
    Err(ConnectError::Unavailable(
        "the connection changed again and again meanwhile".to_owned(),
    ))
}

fn is_current(keyring: &Keyring, connection: &Connection) -> bool {
    let first = keyring.first();
    connection.key_id == first && connection.user_key_id.as_deref().is_none_or(|id| id == first)
}

//! Does a stored connection still work?

use super::{ConnectError, Keyring, calls, open};
use crate::domain::{Class, Need, ParkedOn};
use crate::graph::{Call, Graph};
use crate::store::{Connection, ConnectionState, Store};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport {
    /// Graph answers under this token.
    pub works: bool,
    /// What was found, in a sentence.
    pub message: String,
}

/// Asks Graph for what the connection waits for, else for the account. A cure found this way frees the account's
/// work.
pub async fn check(
    store: &Store,
    graph: &Graph,
    keyring: &Keyring,
    connection: &Connection,
) -> Result<CheckReport, ConnectError> {
    let account = store.account(connection.account_key).await?;
    let instagram_id = account.map(|account| account.instagram_id).unwrap_or_default();
    let access = open(keyring, connection, &instagram_id)?;
    let probed = graph.probe(&access, need(connection)).await;
    let call = Call::of(&probed);
    let pools = calls::pools_told(&access, call, store.clock().now());
    calls::note(
        store,
        Some(connection.account_key),
        std::slice::from_ref(call),
        pools,
    )
    .await;
    match probed {
        Ok(_) => {
            if connection.state != ConnectionState::Active {
                store.cured(connection).await?;
            }
            Ok(CheckReport {
                works: true,
                message: format!("account {instagram_id} answers under this token"),
            })
        }
        Err(error) if matches!(error.class(), Class::Retry | Class::Wait(_) | Class::Blocked) => {
            Err(ConnectError::Unavailable(error.message))
        }
        Err(error) => Ok(CheckReport {
            works: false,
            message: format!("{}: {}", error.meaning(), error.message),
        }),
    }
}

/// A missing permission is there again only when what needs it can be read.
fn need(connection: &Connection) -> Need {
    let reason = connection.state_reason.as_deref();
    match reason.and_then(|reason| reason.parse().ok()) {
        Some(ParkedOn::Scope(scope)) => connection.login.need(&scope),
        _ => Need::Basic,
    }
}

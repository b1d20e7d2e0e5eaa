//! The account's connections, opened for calls.

use super::worker::Processor;
use crate::connect;
use crate::domain::{Login, ParkedOn};
use crate::graph::Access;
use crate::store::{Connection, ConnectionState, Lane, StoreError};

/// A connection opened for calls.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) access: Access,
}

/// What an account can be reached by.
#[derive(Default)]
pub(super) struct Opening {
    /// Connections that work, Facebook's first.
    pub(super) opened: Vec<Opened>,
    /// Connections that should work, but whose tokens do not open.
    pub(super) sealed: Vec<Connection>,
    /// What the connection of Facebook Login waits for, if there is one that does not work.
    pub(super) facebook_waits_for: Option<ParkedOn>,
}

/// Opens the connections of a lane's account.
pub(super) async fn open(processor: &Processor, lane: &Lane) -> Result<Opening, StoreError> {
    let parts = &processor.0;
    let mut opening = Opening::default();
    let Some(account) = parts.store.account(lane.account_key).await? else {
        return Ok(opening);
    };
    for connection in parts.store.connections_of(lane.account_key).await? {
        if connection.state != ConnectionState::Active {
            opening.miss(&connection);
            continue;
        }
        match connect::open(&parts.keyring, &connection, &account.instagram_id) {
            Ok(access) => opening.opened.push(Opened { connection, access }),
            Err(error) => {
                tracing::error!(error = %error, connection.id = %connection.id, "could not open a token");
                opening.miss(&connection);
                opening.sealed.push(connection);
            }
        }
    }
    Ok(opening)
}

impl Opening {
    fn miss(&mut self, connection: &Connection) {
        if connection.login == Login::Facebook {
            let reason = connection.state_reason.as_deref();
            let cause = reason.and_then(|reason| reason.parse().ok());
            self.facebook_waits_for = Some(cause.unwrap_or(ParkedOn::Reconnect));
        }
    }
}

//! With which connection an account publishes.

use super::error::Hindrance;
use crate::connect::{self, Keyring};
use crate::domain::Login;
use crate::graph::Access;
use crate::store::{Connection, ConnectionState, Effect, Store, StoreError};

/// The access that an effect is made with: the one that it was begun with, else Facebook's first.
pub(super) async fn access(
    store: &Store,
    keyring: &Keyring,
    effect: &Effect,
    begun_with: Option<Login>,
) -> Result<Result<Access, Hindrance>, StoreError> {
    let connections = store.connections_of(effect.account_key).await?;
    let of_login = |connection: &&Connection| begun_with.is_none_or(|login| login == connection.login);
    let mut hindrance = Hindrance::NotConnected;
    for connection in connections.iter().filter(of_login) {
        match usable(connection) {
            Ok(()) => match connect::open(keyring, connection, &effect.account_id) {
                Ok(access) => return Ok(Ok(access)),
                Err(error) => {
                    tracing::error!(error = %error, connection.id = %connection.id, "could not open a token");
                }
            },
            Err(why) => hindrance = why,
        }
    }
    Ok(Err(hindrance))
}

/// Whether a connection may publish, as far as is known.
pub(super) fn usable(connection: &Connection) -> Result<(), Hindrance> {
    let scope = connection.login.publishing_scope();
    match connection.state {
        ConnectionState::NeedsReconnect => Err(Hindrance::NeedsReconnect),
        ConnectionState::Restricted => Err(Hindrance::Restricted),
        ConnectionState::Active | ConnectionState::MissingScopes => {
            let granted = connection.scopes.split(',').any(|granted| granted == scope);
            if granted || connection.scopes.is_empty() {
                Ok(())
            } else {
                Err(Hindrance::LacksScope(scope))
            }
        }
    }
}

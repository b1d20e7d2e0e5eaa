//! With which connection an account publishes.

use super::error::Hindrance;
use crate::connect::{self, Keyring, KeyringError};
use crate::domain::Login;
use crate::graph::Access;
use crate::store::{Connection, ConnectionState, Effect, Store, StoreError};

/// With what an effect is made.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    /// With the connection's token.
    pub(super) access: Access,
    /// With the person's own, where there is one beside the Page's.
    pub(super) other: Option<Access>,
}

/// The access that an effect is made with: the one that it was begun with, else Facebook's first.
pub(super) async fn access(
    store: &Store,
    keyring: &Keyring,
    effect: &Effect,
    begun_with: Option<Login>,
) -> Result<Result<Opened, Hindrance>, StoreError> {
    let connections = store.connections_of(effect.account_key).await?;
    let of_login = |connection: &&Connection| begun_with.is_none_or(|login| login == connection.login);
    let mut hindrance = Hindrance::NotConnected;
    for connection in connections.iter().filter(of_login) {
        match usable(connection) {
            Ok(()) => match opened(keyring, connection, &effect.account_id) {
                Ok(opened) => return Ok(Ok(opened)),
                Err(error) => {
                    tracing::error!(error = %error, connection.id = %connection.id, "could not open a token");
                }
            },
            Err(why) => hindrance = why,
        }
    }
    Ok(Err(hindrance))
}

fn opened(keyring: &Keyring, connection: &Connection, account: &str) -> Result<Opened, KeyringError> {
    let access = connect::open(keyring, connection, account)?;
    let other = connect::open_user(keyring, connection)?.map(|token| Access {
        token,
        ..access.clone()
    });
    Ok(Opened { access, other })
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

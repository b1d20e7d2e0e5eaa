//! Why the service could not be put together.

use std::path::PathBuf;

use crate::connect::KeyringError;
use crate::net::NetError;
use crate::store::StoreError;
use crate::webhook::signature::SecretsError;

/// Why the parts could not be built.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database cannot be opened or brought up to date.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No HTTP client could be built.
    #[error(transparent)]
    Net(#[from] NetError),
    /// There is no key to seal tokens with.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// With Postgres there is no key file: several processes must share the key.
    #[error("BELINO_ENCRYPTION_KEYS: is needed with Postgres; write id:base64 of 32 random bytes")]
    KeysNeeded,
    /// The key file cannot be read or made.
    #[error("could not use the key file {path}")]
    KeyFile {
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No app secret, or an empty one: nothing could be verified.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// Without it Meta's subscription request cannot be answered.
    #[error("INSTAGRAM_VERIFY_TOKEN is not set")]
    VerifyTokenNeeded,
    /// The server cannot use its listener.
    #[error("could not serve")]
    Listen(#[source] std::io::Error),
    /// The system gives no thread to the ledger.
    #[error("could not start the ledger")]
    Thread(#[source] std::io::Error),
    /// The key file holds something else.
    #[error("{0} is no key file: 64 hex digits are expected")]
    NoKey(PathBuf),
}

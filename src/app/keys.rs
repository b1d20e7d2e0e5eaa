//! The keys that seal tokens, and the file that holds one where none is configured.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::AppError;
use crate::config::{Config, DatabaseUrl, EncryptionKey};
use crate::connect::Keyring;

/// The keys that seal tokens: configured ones, or a key file beside the SQLite database.
pub(super) fn encryption_keys(config: &Config) -> Result<Vec<EncryptionKey>, AppError> {
    match (&config.encryption_keys, &config.database) {
        (Some(keys), _) => Ok(keys.clone()),
        (None, DatabaseUrl::Sqlite(path)) => Ok(vec![key_file(&key_path(path))?]),
        (None, DatabaseUrl::Postgres(_)) => Err(AppError::KeysNeeded),
    }
}

/// What seals and opens tokens.
pub fn keyring(config: &Config) -> Result<Keyring, AppError> {
    let keys = encryption_keys(config)?;
    Ok(Keyring::new(keys.iter().map(|key| (key.id(), key.expose())))?)
}

/// Where the key lies that seals tokens, unless keys are configured.
pub fn key_path(database: &Path) -> PathBuf {
    database.with_extension("key")
}

/// Reads the key beside the database; makes it, readable by its owner only, when there is none.
fn key_file(path: &Path) -> Result<EncryptionKey, AppError> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let bytes = hex::decode(text.trim())
                .ok()
                .and_then(|bytes| bytes.try_into().ok());
            Ok(EncryptionKey::new(
                "file",
                bytes.ok_or_else(|| AppError::NoKey(path.to_owned()))?,
            ))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let mut key = [0_u8; 32];
            getrandom::fill(&mut key).expect("the system gives random bytes");
            make_key_file(path, &key).map_err(|source| AppError::KeyFile {
                path: path.to_owned(),
                source,
            })?;
            Ok(EncryptionKey::new("file", key))
        }
        Err(source) => Err(AppError::KeyFile {
            path: path.to_owned(),
            source,
        }),
    }
}

fn make_key_file(path: &Path, key: &[u8; 32]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    writeln!(file, "{}", hex::encode(key))?;
    file.sync_all()
}

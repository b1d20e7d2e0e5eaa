//! The keys that seal tokens: there, for their owner only, and those that the stored tokens need.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::code::Code;
use super::finding::Finding;
use super::store::words;
use crate::app;
use crate::config::{Config, DatabaseUrl};
use crate::connect::{self, Keyring, KeyringError};
use crate::store::Connection;

const CHECK: &str = "keys";
/// What nobody but the owner may do.
const OTHERS: u32 = 0o077;

/// Opens every stored token; gives the keys, if there are any.
pub(super) fn look(config: &Config, connections: &[Connection]) -> (Vec<Finding>, Option<Keyring>) {
    let mut findings = Vec::new();
    if config.encryption_keys.is_none() {
        match &config.database {
            DatabaseUrl::Postgres(_) => {
                return (
                    vec![Code::KeysNeeded.found("BELINO_ENCRYPTION_KEYS is not set")],
                    None,
                );
            }
            DatabaseUrl::Sqlite(database) => {
                let path = app::key_path(database);
                if !path.exists() {
                    return (vec![absent(&path, connections)], None);
                }
                findings.extend(open_to_others(&path));
            }
        }
    }
    let keyring = match app::keyring(config) {
        Ok(keyring) => keyring,
        Err(error) => {
            findings.push(Code::KeyFileUnusable.found(words(&error)));
            return (findings, None);
        }
    };
    let unopened: Vec<Finding> = connections
        .iter()
        .filter_map(|one| opened(&keyring, one))
        .collect();
    if unopened.is_empty() {
        findings.push(Finding::passed(
            CHECK,
            format!("{} stored tokens open", connections.len()),
        ));
    }
    findings.extend(unopened);
    (findings, Some(keyring))
}

fn absent(path: &Path, connections: &[Connection]) -> Finding {
    let shown = path.display();
    if connections.is_empty() {
        return Finding::passed(
            CHECK,
            format!("no token is stored, and {shown} is made with the first"),
        );
    }
    Code::KeyFileMissing.found(format!(
        "{} tokens are stored, and there is no {shown}",
        connections.len()
    ))
}

fn open_to_others(path: &Path) -> Option<Finding> {
    let mode = path.metadata().ok()?.permissions().mode() & 0o777;
    (mode & OTHERS != 0).then(|| {
        let mut finding = Code::KeyFileOpen.found(format!("{} has the mode {mode:o}", path.display()));
        finding.fix = Some(format!("chmod 600 {}", path.display()));
        finding
    })
}

fn opened(keyring: &Keyring, connection: &Connection) -> Option<Finding> {
    let id = connection.id;
    let token = connect::open(keyring, connection, "").map(drop);
    match token.and_then(|()| connect::open_user(keyring, connection)) {
        Ok(_) => None,
        Err(KeyringError::UnknownKey(key)) => Some(Code::KeyUnknown.found(format!(
            "a token of connection {id} is sealed with the key `{key}`, which is not configured"
        ))),
        Err(error) => Some(Code::TokenUnopened.found(format!("connection {id}: {error}"))),
    }
}

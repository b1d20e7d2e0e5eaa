//! Whom a callback is about, and the hashes that stand for what must not be kept.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::domain::{Login, Timestamp};

/// Meta's clock and ours may be this far apart.
const APART: Duration = Duration::from_mins(10);

/// A person, as Meta names them.
#[derive(Clone, Debug)]
pub struct Person {
    /// The login product, where the secret that signed tells it.
    pub login: Option<Login>,
    /// The id that only the app knows the person by.
    pub id: String,
    /// When the request was signed, where it says so.
    pub signed_at: Option<Timestamp>,
}

impl Person {
    /// Stands for the person under this login product.
    pub(super) fn hash(&self) -> String {
        let login = self.login.map_or("", Login::as_str);
        digest(&[login, &self.id])
    }

    /// What was connected later is not meant: a signed request can be sent again, and the person may have come back.
    pub(super) fn connected_until(&self) -> Timestamp {
        self.signed_at
            .map_or(Timestamp::from_micros(i64::MAX), |at| at + APART)
    }
}

/// Stands for one of Meta's ids: whoever knows the id can tell, nobody reads it off.
pub(super) fn id_hash(id: &str) -> String {
    hex::encode(Sha256::digest(id))
}

/// Stands for what identifies an event.
pub(super) fn event_hash(entry_id: &str, field: &str, key: &str) -> String {
    digest(&[entry_id, field, key])
}

/// Parts do not run into each other: each is hashed first.
fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(Sha256::digest(part));
    }
    hex::encode(hasher.finalize())
}

//! The book of what was sent: for every POST the hash of its bytes, what it told, and whether it was acknowledged.

use std::sync::{Arc, Mutex, MutexGuard};

use sha2::{Digest, Sha256};

/// A SHA-256.
pub(super) type Hash = [u8; 32];

/// One POST.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) hash: Hash,
    /// Ids of the comments that it tells.
    pub(super) comments: Arc<[String]>,
    /// It was answered with 200.
    pub(super) acknowledged: bool,
}

/// Everything that was sent to one database. Clones are the same book.
#[derive(Clone, Default)]
pub(super) struct Book(Arc<Mutex<Vec<Sent>>>);

impl Book {
    /// Writes a POST down.
    pub(super) fn note(&self, sent: Sent) {
        self.pages().push(sent);
    }

    /// How many POSTs are in it.
    pub(super) fn len(&self) -> usize {
        self.pages().len()
    }

    /// A copy of all of it.
    pub(super) fn read(&self) -> Vec<Sent> {
        self.pages().clone()
    }

    fn pages(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.0.lock().expect("nobody panics while writing into the book")
    }
}

/// The hash of a body.
pub(super) fn hash(body: &[u8]) -> Hash {
    Sha256::digest(body).into()
}

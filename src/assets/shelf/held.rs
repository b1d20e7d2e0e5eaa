//! Files that were just stored, and that nothing in the database needs yet: they stay while they are held.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::Digest;

/// How often each file is held.
#[derive(Clone, Default)]
pub(super) struct Holds(Arc<Mutex<HashMap<Digest, usize>>>);

impl Holds {
    /// Holds the file until what comes back is dropped.
    pub(super) fn take(&self, digest: Digest) -> Hold {
        self.change(|held| *held.entry(digest).or_default() += 1);
        Hold {
            holds: self.clone(),
            digest,
        }
    }

    /// Whether somebody holds it.
    pub(super) fn has(&self, digest: Digest) -> bool {
        self.change(|held| held.contains_key(&digest))
    }

    /// Counts are whole after each change, so a panic elsewhere does no harm.
    fn change<T>(&self, with: impl FnOnce(&mut HashMap<Digest, usize>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Keeps a file from being removed.
pub(super) struct Hold {
    holds: Holds,
    digest: Digest,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.holds.change(|held| match held.get_mut(&self.digest) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(held.remove(&self.digest)),
        });
    }
}

/// A file that was stored. It is not removed as long as this lives: drop it once the database says who needs the file.
#[must_use = "the file may be removed as soon as this is dropped"]
pub struct Stored {
    /// Its name.
    pub digest: Digest,
    /// How long it is.
    pub bytes: u64,
    pub(super) _hold: Hold,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored({}, {} bytes)", self.digest, self.bytes)
    }
}

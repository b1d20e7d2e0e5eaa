//! A file on its way to being somebody's: written, then stored, and held until the database says whose it is.

use std::fmt;
use std::fs::File;

use super::Digest;
use super::incoming::Incoming;

/// A file that was written beside the shelf, whole and durable. Dropped, it is removed.
pub struct Written {
    /// Its name.
    pub digest: Digest,
    /// How long it is.
    pub bytes: u64,
    pub(super) incoming: Incoming,
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Written({}, {} bytes)", self.digest, self.bytes)
    }
}

/// A file that was stored. No process removes it as long as this lives: drop it once the database says who needs the file.
#[must_use = "the file may be removed as soon as this is dropped"]
pub struct Stored {
    /// Its name.
    pub digest: Digest,
    /// How long it is.
    pub bytes: u64,
    /// Locked for sharing.
    pub(super) _hold: File,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stored({}, {} bytes)", self.digest, self.bytes)
    }
}

/// What came of removing a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is not there any more, or never was.
    Gone,
    /// It is needed.
    Needed,
    /// Somebody has just stored it, or copies the shelf: it is to be looked at later.
    Held,
}

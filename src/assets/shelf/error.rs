//! What may go wrong on the shelf.

use std::io;

/// A file that could not be stored, opened or removed.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The bytes go on beyond what is taken.
    #[error("the file has more than {0} bytes")]
    TooLarge(u64),
    /// The sender broke off.
    #[error("the upload broke off")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no such file.
    #[error("no such file on the shelf")]
    NotFound,
    /// Its bytes are not those that were stored.
    #[error("the file on the shelf is damaged")]
    Damaged,
    /// The disk has no room.
    #[error("no room on the disk")]
    Full,
    /// The disk did not do it.
    #[error("the disk failed")]
    Disk(#[source] io::Error),
}

impl From<io::Error> for ShelfError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Disk(error),
        }
    }
}

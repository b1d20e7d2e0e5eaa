//! What can go wrong in the store, by what the caller can do about it.

use sqlx::migrate::MigrateError;

use super::db::{DbError, cure};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// It was there, and was erased at a person's request.
    #[error("the {0} was erased")]
    Erased(&'static str),
    /// The row would break a rule: it exists already, or belongs to somebody else.
    #[error("{0}")]
    Conflict(&'static str),
    /// The database refused the data; the same data will be refused again.
    #[error("the database refused the data")]
    Data(#[source] DbError),
    /// The database cannot be reached or cannot write now; try again later.
    #[error("the database is not available{}", cure(.0))]
    Unavailable(#[source] DbError),
    /// What came after this place in the feed was removed: a follower that stands there has missed something.
    #[error("the feed was removed beyond the cursor")]
    CursorExpired,
    /// The lease on a lane was lost: somebody else has it.
    #[error("the lease on the lane was lost")]
    LeaseLost,
    /// A sealed token does not open.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(&'static str),
    /// The schema was made by a newer version.
    #[error(
        "the database has schema version {version}, which this version of belino does not know; use the newer belino"
    )]
    NewerSchema {
        /// The unknown migration's number.
        version: i64,
    },
    /// The schema could not be brought up to date.
    #[error("could not bring the database up to date")]
    Migration(#[source] MigrateError),
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        if error.is_about_data() {
            Self::Data(error)
        } else {
            Self::Unavailable(error)
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::from(DbError::from(error))
    }
}

impl StoreError {
    /// True where the transaction lost against another and only needs to run again.
    pub fn is_contention(&self) -> bool {
        matches!(self, Self::Unavailable(error) if error.is_contention())
    }
}

//! What can go wrong in the store, by what the caller can do about it.

use sqlx::error::ErrorKind;
use sqlx::migrate::MigrateError;

use super::db::cure;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The row would break a rule: it exists already, or belongs to somebody else.
    #[error("{0}")]
    Conflict(&'static str),
    /// The database refused the data; the same data will be refused again.
    #[error("the database refused the data")]
    Data(#[source] sqlx::Error),
    /// The database cannot be reached or cannot write now; try again later.
    #[error("the database is not available{}", cure(.0))]
    Unavailable(#[source] sqlx::Error),
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

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let data = match &error {
            sqlx::Error::Database(database) => {
                !matches!(database.kind(), ErrorKind::Other) || is_data_code(database.code().as_deref())
            }
            sqlx::Error::Encode(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => true,
            _ => false,
        };
        if data {
            Self::Data(error)
        } else {
            Self::Unavailable(error)
        }
    }
}

/// SQLSTATE classes 22 (data exception) and 54 (a limit exceeded, as the size of an index's row) on Postgres;
/// too big (18), mismatch (20) and a value of the wrong type (3091) on SQLite.
fn is_data_code(code: Option<&str>) -> bool {
    code.is_some_and(|code| match code {
        "18" | "20" | "3091" => true,
        state => state.len() == 5 && (state.starts_with("22") || state.starts_with("54")),
    })
}

impl StoreError {
    /// True where the transaction lost against another and only needs to run again
    /// (serialisation failure, deadlock).
    pub fn is_contention(&self) -> bool {
        match self {
            Self::Unavailable(sqlx::Error::Database(error)) => {
                matches!(error.code().as_deref(), Some("40001" | "40P01"))
            }
            _ => false,
        }
    }
}

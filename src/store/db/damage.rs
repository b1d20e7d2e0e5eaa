//! Damage of SQLite's file: noticed by whoever meets it, and from then on nothing is written.
//!
//! A connection would go on writing from what it has in its cache, and what is appended to a damaged log is gone
//! after the next start: an answer 200 for it would be false. SQLite notices damage when it reads a page.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::SqliteError;

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`.
const DAMAGE: [i32; 2] = [11, 26];

/// Whether damage was met since the database was opened. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Damage(Arc<AtomicBool>);

/// Why nothing is written any more.
#[derive(Debug, thiserror::Error)]
#[error(
    "SQLite found the file damaged: nothing is written to it any more; stop belino, keep a copy of the file and its -wal, and restore a backup"
)]
struct Damaged;

impl Damage {
    /// Looks whether this result tells of damage.
    pub(super) fn noticed<T>(&self, result: sqlx::Result<T>) -> sqlx::Result<T> {
        if let Err(error) = &result
            && sqlite_code(error).is_some_and(|code| DAMAGE.contains(&code))
            && !self.0.swap(true, Ordering::Relaxed)
        {
            tracing::error!(error = %error, "{Damaged}");
        }
        result
    }

    /// True once damage was met.
    pub(super) fn is_known(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error once damage was met.
    pub(super) fn refuse(&self) -> sqlx::Result<()> {
        if self.is_known() {
            return Err(sqlx::Error::Io(std::io::Error::other(Damaged)));
        }
        Ok(())
    }
}

/// SQLite's primary code of an error.
fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    let error = error.as_database_error()?.try_downcast_ref::<SqliteError>()?;
    let code: i32 = sqlx::error::DatabaseError::code(error)?.parse().ok()?;
    Some(code & 0xff)
}

/// What an operator can do about an error of SQLite's, where it is known; to stand behind what failed.
pub(crate) fn cure(error: &sqlx::Error) -> &'static str {
    match sqlite_code(error) {
        Some(8) => {
            ": its file is read-only; let belino's user write the file and its folder, on a disk that is mounted for writing"
        }
        Some(10) => {
            ": the disk fails or refuses writes; see whether it is mounted read-only, and the system's log"
        }
        Some(11 | 26) => {
            ": its file is damaged; stop belino, keep a copy of the file and its -wal, and restore a backup"
        }
        Some(13) => ": the disk is full; make room",
        _ => "",
    }
}

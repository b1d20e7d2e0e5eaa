//! Damage of SQLite's file: noticed by whoever meets it, and from then on nothing is written.
//!
//! A connection would go on writing from what it has in its cache, or to a file that no longer has its name, and all
//! of that is gone after the next start: an answer 200 for it would be false.

use std::sync::{Arc, OnceLock};

use super::error::{DbError, SqliteError};

/// `SQLITE_CORRUPT` and `SQLITE_NOTADB`.
const DAMAGE: [i32; 2] = [11, 26];

/// What damage was met since the database was opened, if any. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Damage(Arc<OnceLock<Found>>);

/// Why nothing is written any more.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Found {
    /// SQLite cannot make sense of the file.
    #[error(
        "SQLite found the file damaged: nothing is written to it any more; stop belino, keep a copy of the file and its -wal, and restore a backup"
    )]
    Damaged,
    /// What we write to is not what the next start would find.
    #[error(
        "the file or its -wal was moved, replaced or removed: nothing is written to it any more; stop belino, put the right files in place, and start it again"
    )]
    Gone,
}

impl Damage {
    /// Looks whether this result tells of damage.
    pub(super) fn noticed<T, E: SqliteError>(&self, result: Result<T, E>) -> Result<T, E> {
        if let Err(error) = &result
            && error
                .sqlite_code()
                .is_some_and(|code| DAMAGE.contains(&primary(code)))
        {
            self.tell(Found::Damaged);
        }
        result
    }

    /// Takes note of damage; the first is logged.
    pub(super) fn tell(&self, found: Found) {
        if self.0.set(found).is_ok() {
            tracing::error!("{found}");
        }
    }

    /// True once damage was met.
    pub(super) fn is_known(&self) -> bool {
        self.0.get().is_some()
    }

    /// An error once damage was met.
    pub(super) fn refuse(&self) -> sqlx::Result<()> {
        match self.0.get() {
            Some(found) => Err(sqlx::Error::Io(std::io::Error::other(*found))),
            None => Ok(()),
        }
    }
}

/// The primary code in an extended one.
const fn primary(code: i32) -> i32 {
    code & 0xff
}

/// What an operator can do about an error of SQLite's, where it is known; to stand behind what failed.
pub(crate) fn cure(error: &DbError) -> &'static str {
    match error.sqlite_code().map(primary) {
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

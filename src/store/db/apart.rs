//! SQLite's connection for who has a thread of its own: what it asks runs on that thread.
//!
//! The other connections each have a thread of their own, and every statement there is two switches between threads.
//! Who commits a thousand times a second does better without.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::damage::Damage;
use super::sqlite::BUSY;

/// As the shared writer has them: durable when it has committed, and never one that copies the log.
const PRAGMAS: &str = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; \
    PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = memory; PRAGMA foreign_keys = ON";

/// The connection, opened when it is first needed.
pub(super) struct Apart {
    path: PathBuf,
    damage: Damage,
    connection: Mutex<Option<Connection>>,
}

impl Apart {
    pub(super) fn new(path: &Path, damage: Damage) -> Self {
        Self {
            path: path.to_owned(),
            damage,
            connection: Mutex::default(),
        }
    }

    /// One write transaction, on the calling thread: durable when this returns, or nothing happened. To be called by
    /// who has the right to write. A connection that failed is not used again, whatever state it is in.
    pub(super) fn write(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let mut place = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let written = place
            .take()
            .map_or_else(|| self.open(), Ok)
            .and_then(|mut connection| {
                write(&mut connection, work)?;
                *place = Some(connection);
                Ok(())
            });
        self.damage.noticed(written)
    }

    /// Never makes a file: it is there, or was moved away.
    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.execute_batch(PRAGMAS)?;
        Ok(connection)
    }

    pub(super) fn close(&self) {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}

fn write(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    work(&transaction)?;
    transaction.commit()
}

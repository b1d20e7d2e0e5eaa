//! SQLite: one writing connection behind the gate, a few reading ones, checkpoints in the background.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool,
    SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};

use super::gate::{Gate, PATIENCE, Pass, Turn};

/// Beyond this the writer is stopped for a moment so that the log can start over.
const WAL_LIMIT: u64 = 128 * 1024 * 1024;
/// From here on the background copies the log into the database.
const WAL_COPY: u64 = 4 * 1024 * 1024;

/// An open SQLite database.
pub struct Sqlite {
    pub(super) read: SqlitePool,
    pub(super) path: PathBuf,
    writer: SqliteConnectOptions,
    gate: Gate,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> sqlx::Result<Self> {
        let shared = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(2))
            .pragma("temp_store", "memory")
            .disable_statement_logging();
        let writer = shared
            .clone()
            .create_if_missing(true)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-32768")
            .pragma("wal_autocheckpoint", "0")
            .pragma("journal_size_limit", "67108864");
        let gate = Gate::new(writer.connect().await?, PATIENCE);
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(shared.pragma("cache_size", "-8192").read_only(true))
            .await?;
        Ok(Self {
            read,
            path: path.to_owned(),
            writer,
            gate,
        })
    }

    /// Waits for the writer and opens a write transaction.
    pub(super) async fn begin(&self, turn: Turn) -> sqlx::Result<Pass> {
        let mut pass = self.gate.enter(turn).await;
        self.mend(&mut pass).await?;
        // Before it begins: dropped while it does, SQLite begins all the same.
        pass.unfinished = true;
        let connection = pass.connection.as_mut().expect("just mended");
        sqlx::query("BEGIN IMMEDIATE").execute(connection).await?;
        Ok(pass)
    }

    /// The writer itself, outside any transaction: for one statement that is its own.
    pub(super) async fn writer(&self, turn: Turn) -> sqlx::Result<Pass> {
        let mut pass = self.gate.enter(turn).await;
        self.mend(&mut pass).await?;
        Ok(pass)
    }

    /// Rolls back what a vanished holder left open; opens the connection again if it broke.
    async fn mend(&self, pass: &mut Pass) -> sqlx::Result<()> {
        if pass.unfinished
            && let Some(connection) = pass.connection.as_mut()
        {
            // Fails where SQLite has rolled back by itself, as after a full disk: either way none is open.
            let rolled_back = sqlx::query("ROLLBACK").execute(&mut *connection).await;
            if rolled_back.is_err() && connection.ping().await.is_err() {
                pass.connection = None;
            }
        }
        pass.unfinished = false;
        if pass.connection.is_none() {
            pass.connection = Some(self.writer.connect().await?);
        }
        Ok(())
    }

    /// Copies the log into the database while others write; stops them for a moment when it grew too long.
    pub(super) async fn checkpoint(&self, copier: &mut Option<SqliteConnection>) -> sqlx::Result<()> {
        if self.wal_bytes() < WAL_COPY {
            return Ok(());
        }
        if copier.is_none() {
            *copier = Some(self.writer.connect().await?);
        }
        let connection = copier.as_mut().expect("just opened");
        sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
            .execute(connection)
            .await?;
        if self.wal_bytes() > WAL_LIMIT {
            let mut pass = self.writer(Turn::Other).await?;
            let connection = pass.connection.as_mut().expect("mended");
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(connection)
                .await?;
        }
        Ok(())
    }

    fn wal_bytes(&self) -> u64 {
        let mut wal = self.path.clone().into_os_string();
        wal.push("-wal");
        std::fs::metadata(wal).map_or(0, |file| file.len())
    }
}

//! SQLite: one writing connection behind the gate, a few reading ones, checkpoints in the background.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::Transaction;
use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool,
    SqlitePoolOptions, SqliteSynchronous,
};

use super::apart::Apart;
use super::damage::{Damage, Found};
use super::error::DbError;
use super::gate::{Gate, PATIENCE, Pass, Turn};

/// From so much in the log that is not in the database yet on, the background copies it.
const LOG_COPIED: u64 = 4 * 1024 * 1024;
/// From so long a log on, the writer is stopped for a moment so that the log begins anew.
const LOG_REUSED: u64 = 16 * 1024 * 1024;
/// From so long a log on, that moment waits for readers, too; after one that did not go, from twice the length on.
const LOG_LIMIT: u64 = 128 * 1024 * 1024;
/// So many free pages stay in the file at least: what comes next is written there.
const PAGES_KEPT: i64 = 1_024;
/// So many are given back in one turn.
const GIVE_BACK: &str = "PRAGMA incremental_vacuum(64)";
/// Reads where deliveries are kept, from the file and not from a cache.
const LOOK: &str = "PRAGMA shrink_memory; SELECT id FROM deliveries ORDER BY id DESC LIMIT 1";
/// How long is waited for another process's lock.
pub(super) const BUSY: Duration = Duration::from_secs(2);
/// A page in the log, with its header.
const FRAME: u64 = 4096 + 24;

/// An open SQLite database.
pub struct Sqlite {
    pub(super) read: SqlitePool,
    path: PathBuf,
    pub(super) damage: Damage,
    file: FileId,
    /// Which one it was when it was first looked at.
    log: OnceLock<FileId>,
    /// From so long a log on readers are waited for.
    log_limit: AtomicU64,
    writer: SqliteConnectOptions,
    apart: Apart,
    gate: Gate,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> sqlx::Result<Self> {
        let shared = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(BUSY)
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
        let damage = Damage::default();
        let gate = Gate::new(writer.connect().await?, damage.clone(), PATIENCE);
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(shared.pragma("cache_size", "-8192").read_only(true))
            .await?;
        Ok(Self {
            read,
            path: path.to_owned(),
            damage: damage.clone(),
            file: std::fs::metadata(path).map(|file| id(&file))?,
            log: OnceLock::new(),
            log_limit: AtomicU64::new(LOG_LIMIT),
            writer,
            apart: Apart::new(path, damage),
            gate,
        })
    }

    pub(super) fn crowd(&self) -> usize {
        self.gate.crowd()
    }

    /// Waits for the writer and opens a write transaction.
    pub(super) async fn begin(&self) -> sqlx::Result<Pass> {
        let mut pass = self.writer(Turn::Other).await?;
        // Before it begins: dropped while it does, SQLite begins all the same.
        pass.unfinished = true;
        let (connection, damage) = pass.parts();
        damage.noticed(sqlx::query("BEGIN IMMEDIATE").execute(connection).await)?;
        Ok(pass)
    }

    /// The writer itself, outside any transaction: for one statement that is its own.
    pub(super) async fn writer(&self, turn: Turn) -> sqlx::Result<Pass> {
        let mut pass = self.gate.enter(turn).await;
        self.mend(&mut pass).await?;
        Ok(pass)
    }

    /// A write transaction of the ledger for so many deliveries, on the calling thread.
    pub(super) async fn write_apart(
        &self,
        deliveries: usize,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), DbError> {
        // Nobody else writes while this is held.
        let _turn = self.writer(Turn::Ledger(deliveries)).await?;
        Ok(self.apart.write(work)?)
    }

    pub(super) async fn close(&self) {
        self.apart.close();
        self.read.close().await;
    }

    /// Rolls back what a vanished holder left open, if nobody has; opens the connection again if it failed.
    async fn mend(&self, pass: &mut Pass) -> sqlx::Result<()> {
        self.damage.refuse()?;
        if pass.unfinished {
            pass.end().await;
        }
        if pass.connection.is_none() {
            pass.connection = Some(self.writer.connect().await?);
        }
        Ok(())
    }

    /// Looks whether the file is sound. Copies the log into the database while others write, and sees to it that the log begins anew *in the file
    /// that it has*: a commit that overwrites blocks is durable in a fraction of the time of one that makes the
    /// file longer. So the file is never cut, and the log begins anew early.
    pub(super) async fn checkpoint(&self, copier: &mut Option<SqliteConnection>) -> sqlx::Result<()> {
        if self.is_gone() {
            self.damage.tell(Found::Gone);
        }
        if self.damage.is_known() {
            return Ok(());
        }
        if copier.is_none() {
            *copier = Some(self.writer.connect().await?);
        }
        let copier = copier.as_mut().expect("just opened");
        self.damage
            .noticed(sqlx::query(LOOK).execute(&mut *copier).await)?;
        if self.log_file_bytes() < LOG_COPIED {
            return Ok(());
        }
        let log = Log::ask("PRAGMA wal_checkpoint(NOOP)", copier).await?;
        if log.uncopied() == 0 || (log.uncopied() < LOG_COPIED && log.bytes() < LOG_REUSED) {
            return Ok(());
        }
        let log = Log::ask("PRAGMA wal_checkpoint(PASSIVE)", copier).await?;
        if log.bytes() < LOG_REUSED {
            return Ok(());
        }
        // What came meanwhile is less, and what then comes before the writer stands still is little.
        Log::ask("PRAGMA wal_checkpoint(PASSIVE)", copier).await?;
        let writer = self.writer(Turn::Other).await?;
        let log = Log::ask("PRAGMA wal_checkpoint(PASSIVE)", copier).await?;
        if log.bytes() > self.log_limit.load(Ordering::Relaxed) {
            // A backup reads for as long as it takes: deliveries must not wait for it again and again.
            let log = Log::ask("PRAGMA wal_checkpoint(RESTART)", copier).await?;
            let next = if log.busy == 0 { LOG_LIMIT } else { log.bytes() * 2 };
            self.log_limit.store(next.max(LOG_LIMIT), Ordering::Relaxed);
        }
        drop(writer);
        Ok(())
    }

    /// Gives a few pages back to the disk where more than a quarter of the file is free: one that is refilled as fast
    /// as it is emptied had better stay as long as it is.
    pub(super) async fn give_back_room(&self) -> sqlx::Result<bool> {
        let ask = async |pragma: &'static str| -> sqlx::Result<i64> {
            sqlx::query_scalar(pragma).fetch_one(&self.read).await
        };
        let (free, all) = (
            ask("PRAGMA freelist_count").await?,
            ask("PRAGMA page_count").await?,
        );
        if free <= PAGES_KEPT || free * 4 <= all {
            return Ok(false);
        }
        let mut writer = self.writer(Turn::Other).await?;
        let (connection, damage) = writer.parts();
        // It yields a row for each page: only who takes them all gives all the pages back.
        damage.noticed(sqlx::query(GIVE_BACK).fetch_all(connection).await)?;
        Ok(true)
    }

    fn log_file(&self) -> std::io::Result<Metadata> {
        let mut wal = self.path.clone().into_os_string();
        wal.push("-wal");
        std::fs::metadata(wal)
    }

    fn log_file_bytes(&self) -> u64 {
        self.log_file().map_or(0, |file| file.len())
    }

    /// True if the names no longer lead to the files that we write to. SQLite keeps both as long as it is open.
    fn is_gone(&self) -> bool {
        let file = std::fs::metadata(&self.path).map(|file| id(&file));
        let log = self.log_file().map(|file| id(&file));
        // The log is made with the first transaction.
        if let Ok(log) = log {
            self.log.get_or_init(|| log);
        }
        let another_log = self.log.get().is_some_and(|first| is_another(&log, *first));
        another_log || is_another(&file, self.file)
    }
}

/// The device and the number of a file.
type FileId = (u64, u64);

fn id(file: &Metadata) -> FileId {
    (file.dev(), file.ino())
}

fn is_another(now: &std::io::Result<FileId>, first: FileId) -> bool {
    match now {
        Ok(now) => *now != first,
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// The log's length and how much of it is in the database, in pages.
#[derive(sqlx::FromRow)]
struct Log {
    /// 1 where somebody was in the way.
    busy: i64,
    #[sqlx(rename = "log")]
    pages: i64,
    checkpointed: i64,
}

impl Log {
    async fn ask(statement: &'static str, connection: &mut SqliteConnection) -> sqlx::Result<Self> {
        sqlx::query_as(statement).fetch_one(connection).await
    }

    fn bytes(&self) -> u64 {
        u64::try_from(self.pages).unwrap_or(0) * FRAME
    }

    fn uncopied(&self) -> u64 {
        u64::try_from(self.pages - self.checkpointed).unwrap_or(0) * FRAME
    }
}

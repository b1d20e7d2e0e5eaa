//! A copy of a SQLite file while another process writes to it.
//!
//! `VACUUM INTO` reads in one transaction: the copy is the database as it stood when it began. Nobody waits for it;
//! the log of who writes meanwhile cannot begin anew until it has ended.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::assets::Digest;
use crate::store::StoreError;

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Copied {
    /// Deliveries.
    pub deliveries: i64,
    /// Events.
    pub events: i64,
    /// Accounts.
    pub accounts: i64,
    /// Connections, whose tokens are sealed.
    pub connections: i64,
}

const COUNT: &str = "SELECT (SELECT COUNT(*) FROM deliveries) AS deliveries,
    (SELECT COUNT(*) FROM webhook_events) AS events, (SELECT COUNT(*) FROM accounts) AS accounts,
    (SELECT COUNT(*) FROM connections) AS connections";

/// Copies the database to an empty file, by its absolute path, and checks the copy.
pub async fn copy(database: &Path, to: &Path) -> Result<Copied, StoreError> {
    let to_text = (to.to_str()).ok_or(StoreError::Conflict("the path of the copy is not UTF-8"))?;
    let mut source = open(database).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(to_text)
        .execute(&mut source)
        .await?;
    source.close().await?;
    let mut copy = open(to).await?;
    let found: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_all(&mut copy)
        .await?;
    if found != ["ok"] {
        return Err(StoreError::Corrupt("the copy is not sound"));
    }
    let copied = sqlx::query_as(COUNT).fetch_one(&mut copy).await?;
    copy.close().await?;
    Ok(copied)
}

/// The uploaded files that a copy names, each once; none where it is older than uploads are.
pub async fn files_named(copy: &Path) -> Result<Vec<Digest>, StoreError> {
    let mut copy = open(copy).await?;
    let known = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'uploads')";
    let known: bool = sqlx::query_scalar(known).fetch_one(&mut copy).await?;
    if !known {
        return Ok(Vec::new());
    }
    let query = "SELECT DISTINCT digest FROM uploads ORDER BY digest";
    let names: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut copy).await?;
    copy.close().await?;
    let read = |name: String| name.parse().map_err(|_| StoreError::Corrupt("upload"));
    names.into_iter().map(read).collect()
}

/// For reading: a copy is made of a file whose schema and state stay as they are.
async fn open(path: &Path) -> sqlx::Result<SqliteConnection> {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging()
        .connect()
        .await
}

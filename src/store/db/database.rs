//! The open database.

use std::sync::Arc;

use rusqlite::Transaction;
use sqlx::SqliteConnection;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

use super::error::DbError;
use super::postgres::Postgres;
use super::query::{Query, Sql, To};
use super::sqlite::Sqlite;
use super::tx::{Open, Tx};

/// An open database of either kind. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// One file, one writer.
    Sqlite(Arc<Sqlite>),
    /// A server, shared by several processes.
    Postgres(Arc<Postgres>),
}

impl Db {
    /// A read, outside any transaction.
    pub fn query(&self, sql: impl Into<Sql>) -> Query<'_> {
        let to = match self {
            Self::Sqlite(sqlite) => To::SqlitePool(sqlite, SqliteArguments::default()),
            Self::Postgres(server) => To::PgPool(server, PgArguments::default()),
        };
        Query::new(sql.into(), to)
    }

    /// Opens a write transaction; on SQLite after waiting for the writer.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(Tx(match self {
            Self::Sqlite(sqlite) => Open::Sqlite(sqlite.begin().await?),
            Self::Postgres(server) => Open::Postgres(server.at_home(server.pool.begin()).await?),
        }))
    }

    /// A write of the ledger for so many deliveries, which goes before all others and has a thread of its own: on SQLite a transaction whose
    /// statements run on that thread; on Postgres one statement, on a connection apart.
    pub async fn write_apart(
        &self,
        deliveries: usize,
        embedded: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
        statement: &'static str,
        values: impl for<'q> FnOnce(Query<'q>) -> Query<'q>,
    ) -> Result<(), DbError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write_apart(deliveries, embedded).await,
            Self::Postgres(server) => {
                server.execute_apart(Sql::from(statement), values).await?;
                Ok(())
            }
        }
    }

    /// An error once SQLite has met damage in its file: nothing is written any more.
    pub fn is_sound(&self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.damage.refuse(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// True where one process has the database to itself.
    pub const fn is_embedded(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// How many deliveries wait for each other's commit when other work writes: none where the ledger has nothing to
    /// write right now, or a connection of its own.
    pub fn crowd(&self) -> usize {
        match self {
            Self::Sqlite(sqlite) => sqlite.crowd(),
            Self::Postgres(_) => 0,
        }
    }

    /// Gives some of SQLite's free pages back to the disk, where there are many; true if it did. Postgres looks
    /// after its own.
    pub async fn give_back_room(&self) -> sqlx::Result<bool> {
        match self {
            Self::Sqlite(sqlite) => sqlite.give_back_room().await,
            Self::Postgres(_) => Ok(false),
        }
    }

    /// Keeps SQLite's log short and looks at its file; nothing to do on Postgres. Called now and then by one task, which keeps `copier`.
    pub async fn checkpoint(&self, copier: &mut Option<SqliteConnection>) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.checkpoint(copier).await,
            Self::Postgres(_) => Ok(()),
        }
    }
}

//! Opening a database and bringing its schema up to date.

use std::str::FromStr;
use std::sync::Arc;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::database::Db;
use super::gate::Turn;
use super::postgres::Postgres;
use super::query::Sql;
use super::sqlite::Sqlite;
use crate::store::StoreError;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

const MIGRATED: Sql = Sql {
    sqlite: "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
    postgres: "SELECT COUNT(*) FROM information_schema.tables
        WHERE table_name = '_sqlx_migrations' AND table_schema = current_schema()",
};
const LAST: &str = "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM _sqlx_migrations WHERE success";

impl Db {
    /// Opens `sqlite://path` (made if missing) or `postgres://…`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"))
        {
            return Ok(Self::Sqlite(Arc::new(Sqlite::open(path.as_ref()).await?)));
        }
        let options = PgConnectOptions::from_str(url)?
            .application_name("belino")
            .options([
                ("statement_timeout", "30s"),
                ("idle_in_transaction_session_timeout", "30s"),
            ])
            .disable_statement_logging();
        Ok(Self::Postgres(Arc::new(Postgres::open(options).await?)))
    }

    /// Brings the schema up to date; of several processes one does, and the others wait for it. A schema newer than
    /// this program knows is an error.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let done = match self {
            Self::Sqlite(sqlite) => {
                let mut pass = sqlite.writer(Turn::Other).await?;
                let writer: &mut SqliteConnection =
                    pass.connection.as_mut().expect("a fresh pass has its connection");
                SQLITE.run(writer).await
            }
            Self::Postgres(server) => {
                // The wait for the migrator's lock is a statement, too, and may be as long as another one's work.
                let mut connection = server.unhurried().await?;
                let done = POSTGRES.run(&mut connection).await;
                // A migrator that failed keeps its lock as long as its connection.
                connection.close().await?;
                done
            }
        };
        done.map_err(|error| match error {
            MigrateError::VersionMissing(version) => StoreError::NewerSchema { version },
            other => StoreError::Migration(other),
        })
    }

    /// The number of the newest migration that this program brings.
    pub fn newest_migration(&self) -> i64 {
        let brought = match self {
            Self::Sqlite(_) => &SQLITE,
            Self::Postgres(_) => &POSTGRES,
        };
        brought
            .iter()
            .map(|migration| migration.version)
            .max()
            .unwrap_or(0)
    }

    /// The number of the last migration that was made; zero in a database that has none.
    pub async fn last_migration(&self) -> sqlx::Result<i64> {
        let (tables,): (i64,) = self.query(MIGRATED).one().await?;
        if tables == 0 {
            return Ok(0);
        }
        let (last,): (i64,) = self.query(LAST).one().await?;
        Ok(last)
    }

    /// Closes every connection; writes that were committed stay.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(server) => server.close().await,
        }
    }
}

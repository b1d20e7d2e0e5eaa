//! What the doctor asks of the database: its schema, whether it is sound, how it is set.

use super::db::Sql;
use super::{Store, StoreError};

/// Which schema a database has, and which one this program brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The database's; zero if it has none yet.
    pub found: i64,
    /// The program's.
    pub known: i64,
}

/// A setting of the server's.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ServerSetting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub setting: String,
}

/// The first fault that a look at every page finds; Postgres looks after its own.
const CHECK: Sql = Sql {
    sqlite: "PRAGMA quick_check(1)",
    postgres: "SELECT 'ok'",
};

const SETTINGS: Sql = Sql {
    sqlite: "SELECT '' AS name, '' AS setting WHERE FALSE",
    postgres: "SELECT name, setting FROM pg_settings WHERE name IN ('synchronous_commit', 'fsync', 'full_page_writes')",
};

impl Store {
    /// Which schema the database has.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        let known = self.db.newest_migration();
        let found = self.db.last_migration().await?;
        Ok(Schema { found, known })
    }

    /// Looks at every page of SQLite's file; the first fault, if there is one. Costs a read of the whole file.
    pub async fn quick_check(&self) -> Result<Option<String>, StoreError> {
        let (found,): (String,) = self.db.query(CHECK).one().await?;
        Ok((found != "ok").then_some(found))
    }

    /// What decides on a Postgres server whether a commit is durable; nothing of SQLite, where we set it.
    pub async fn durability(&self) -> Result<Vec<ServerSetting>, StoreError> {
        Ok(self.db.query(SETTINGS).all().await?)
    }

    /// By how many microseconds the database's clock is ahead of ours; none where it has none of its own.
    pub async fn clock_ahead(&self) -> Result<Option<i64>, StoreError> {
        Ok(self.db.time_ahead_of(&self.clock).await?)
    }
}

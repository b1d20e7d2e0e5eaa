//! A write transaction: rolled back unless committed.

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Transaction};

use super::gate::Pass;
use super::query::{Query, Sql, To};

/// A write transaction. Await nothing but the database while you hold one.
pub struct Tx(pub(super) Open);

pub(super) enum Open {
    Sqlite(Pass),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// A statement inside the transaction.
    pub fn query(&mut self, sql: impl Into<Sql>) -> Query<'_> {
        let to = match &mut self.0 {
            Open::Sqlite(pass) => {
                let (connection, damage) = pass.parts();
                To::Sqlite(connection, damage, SqliteArguments::default())
            }
            Open::Postgres(tx) => To::Pg(tx, PgArguments::default()),
        };
        Query::new(sql.into(), to)
    }

    /// True where no other transaction writes meanwhile (SQLite): what it reads it need not lock.
    pub const fn is_alone(&self) -> bool {
        matches!(self.0, Open::Sqlite(_))
    }

    /// Makes it durable. After an error of this it is unknown whether it is.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self.0 {
            Open::Sqlite(mut pass) => {
                let (connection, damage) = pass.parts();
                damage.noticed(sqlx::query("COMMIT").execute(connection).await)?;
                pass.unfinished = false;
                Ok(())
            }
            Open::Postgres(tx) => tx.commit().await,
        }
    }
}

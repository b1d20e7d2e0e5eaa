//! Rows for several tables as a whole transaction: on SQLite in one visit to its thread, on Postgres in one statement.
//!
//! Every visit costs two switches between threads, and beginning, inserting and committing would be three and
//! more. So they are one text there, prepared once for each power of two.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use sqlx::sqlite::SqliteArguments;

use super::bulk::{Bulk, Values};
use super::database::Db;
use super::gate::Turn;
use super::query::{Query, Sql, To};
use super::sqlite::Sqlite;

/// Most rows in one text; more go the long way.
const MOST: usize = 256;

/// The texts made so far, by the first table's statement and the number of rows.
type Texts = HashMap<(&'static str, usize), &'static str>;
static TEXTS: LazyLock<Mutex<Texts>> = LazyLock::new(Mutex::default);

/// A table that rows go to, and how their values there are bound; the first one is never null.
pub struct Target<T> {
    /// The statement.
    pub bulk: Bulk,
    /// Binds a row's values.
    pub bind: for<'q> fn(Values<'q>, &T) -> Values<'q>,
}

/// Rows to be inserted, each into all of the tables. No other rows go to the same first table.
pub struct Rows<'r, T: 'static> {
    /// The tables.
    pub to: &'static [Target<T>],
    /// The rows.
    pub list: &'r [T],
}

impl Db {
    /// Inserts the rows: durable when it returns, or nothing happened. On Postgres that is one statement, `arrays`, to
    /// which `columns` are bound.
    pub async fn insert<T>(
        &self,
        turn: Turn,
        rows: Rows<'_, T>,
        arrays: &'static str,
        columns: impl for<'q> FnOnce(Query<'q>) -> Query<'q>,
    ) -> sqlx::Result<()> {
        match self {
            Self::Postgres(server) => {
                return server.execute_apart(Sql::from(arrays), columns).await.map(drop);
            }
            Self::Sqlite(sqlite) if rows.list.len() <= MOST => {
                return insert_at_once(sqlite, turn, rows).await;
            }
            Self::Sqlite(_) => {}
        }
        let mut tx = self.begin(turn).await?;
        for target in rows.to {
            tx.bulk(&target.bulk, rows.list, target.bind).await?;
        }
        tx.commit().await
    }
}

async fn insert_at_once<T>(sqlite: &Sqlite, turn: Turn, rows: Rows<'_, T>) -> sqlx::Result<()> {
    let mut pass = sqlite.writer(turn).await?;
    // From here on until the end an error leaves a transaction open; whoever writes next rolls it back.
    pass.unfinished = true;
    let (connection, damage) = pass.parts();
    let bulks: Vec<&Bulk> = rows.to.iter().map(|target| &target.bulk).collect();
    let text = text(&bulks, rows.list.len().next_power_of_two());
    let mut query = Query::new(
        Sql::from(text),
        To::Sqlite(connection, damage, SqliteArguments::default()),
    );
    for target in rows.to {
        query = target.bulk.bind_padded(query, rows.list, target.bind);
    }
    query.execute().await?;
    pass.unfinished = false;
    Ok(())
}

/// The whole transaction for so many rows; those that begin with null are no rows.
fn text(bulks: &[&Bulk], rows: usize) -> &'static str {
    let first = bulks.first().map_or("", |bulk| bulk.head);
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    texts.entry((first, rows)).or_insert_with(|| {
        let inserts: Vec<String> = bulks.iter().map(|bulk| bulk.padded(rows)).collect();
        format!("BEGIN IMMEDIATE; {}; COMMIT", inserts.join("; ")).leak()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_inserts_into_every_table_and_commits() {
        let bulk = |head, columns| Bulk {
            head,
            columns,
            tail: "",
        };
        let bulks = [&bulk("INSERT INTO t (a, b)", 2), &bulk("INSERT INTO u (a)", 1)];
        assert_eq!(
            text(&bulks, 2),
            "BEGIN IMMEDIATE; \
             INSERT INTO t (a, b) SELECT * FROM (VALUES (?, ?), (?, ?)) WHERE column1 IS NOT NULL ; \
             INSERT INTO u (a) SELECT * FROM (VALUES (?), (?)) WHERE column1 IS NOT NULL ; COMMIT"
        );
    }
}

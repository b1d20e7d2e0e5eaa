//! Rows, and one statement beside them, as a whole transaction; on SQLite in one visit to its thread.
//!
//! Every visit costs two switches between threads, and beginning, inserting, counting and committing would be
//! four and more. So the four are one text there, prepared once for each power of two.

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

/// The texts made so far, by the rows' and the other statement's text and the number of rows.
type Texts = HashMap<(&'static str, &'static str, usize), &'static str>;
static TEXTS: LazyLock<Mutex<Texts>> = LazyLock::new(Mutex::default);

/// Rows to be inserted, and how their values are bound.
pub struct Rows<'r, T, B> {
    /// The statement.
    pub bulk: &'static Bulk,
    /// The rows; the first value of none is null.
    pub list: &'r [T],
    /// Binds a row's values.
    pub bind: B,
}

impl Db {
    /// Inserts the rows and runs `beside` with what `with` binds: durable when it returns, or nothing happened.
    /// On SQLite `beside` numbers its parameters by their order (`?`), as the rows do.
    pub async fn insert<T, B>(
        &self,
        turn: Turn,
        rows: Rows<'_, T, B>,
        beside: Sql,
        with: impl for<'q> FnOnce(Query<'q>) -> Query<'q>,
    ) -> sqlx::Result<()>
    where
        B: for<'q> Fn(Values<'q>, &T) -> Values<'q>,
    {
        if let Self::Sqlite(sqlite) = self
            && rows.list.len() <= MOST
        {
            return insert_at_once(sqlite, turn, rows, beside, with).await;
        }
        let mut tx = self.begin(turn).await?;
        tx.bulk(rows.bulk, rows.list, rows.bind).await?;
        with(tx.query(beside)).execute().await?;
        tx.commit().await
    }
}

async fn insert_at_once<T, B>(
    sqlite: &Sqlite,
    turn: Turn,
    rows: Rows<'_, T, B>,
    beside: Sql,
    with: impl for<'q> FnOnce(Query<'q>) -> Query<'q>,
) -> sqlx::Result<()>
where
    B: for<'q> Fn(Values<'q>, &T) -> Values<'q>,
{
    let mut pass = sqlite.writer(turn).await?;
    // From here on until the end an error leaves a transaction open; whoever writes next rolls it back.
    pass.unfinished = true;
    let (connection, damage) = pass.parts();
    let text = text(rows.bulk, beside.sqlite, rows.list.len());
    let query = with(Query::new(
        Sql::from(text),
        To::Sqlite(connection, damage, SqliteArguments::default()),
    ));
    rows.list.iter().fold(query, rows.bind).execute().await?;
    pass.unfinished = false;
    Ok(())
}

/// The whole transaction for at least `rows` rows. Parameters that are not bound are null, and rows that begin
/// with null are no rows.
fn text(bulk: &Bulk, beside: &'static str, rows: usize) -> &'static str {
    let rows = rows.next_power_of_two();
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    texts.entry((bulk.head, beside, rows)).or_insert_with(|| {
        let row = format!("({})", vec!["?"; bulk.columns].join(", "));
        let values = vec![row.as_str(); rows].join(", ");
        let (head, tail) = (bulk.head, bulk.tail);
        format!(
            "BEGIN IMMEDIATE; {beside}; \
             {head} SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL {tail}; COMMIT"
        )
        .leak()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_room_for_the_next_power_of_two() {
        let bulk = Bulk {
            head: "INSERT INTO t (a, b)",
            columns: 2,
            tail: "",
        };
        assert_eq!(
            text(&bulk, "UPDATE c SET n = n + ?", 2),
            "BEGIN IMMEDIATE; UPDATE c SET n = n + ?; \
             INSERT INTO t (a, b) SELECT * FROM (VALUES (?, ?), (?, ?)) WHERE column1 IS NOT NULL ; COMMIT"
        );
        assert_eq!(text(&bulk, "SELECT 1", 3), text(&bulk, "SELECT 1", 4));
    }
}

//! Many rows in few statements.
//!
//! Rows are inserted in chunks whose sizes are powers of two, so that a handful of statement texts,
//! prepared once, serves batches of every size.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::query::{Query, Record, Sql};
use super::tx::Tx;

/// Most rows in one statement.
const CHUNK: usize = 64;

/// `head VALUES (…), (…) tail`, each row with `columns` values.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    /// Up to and without the word `VALUES`.
    pub head: &'static str,
    /// Values in a row.
    pub columns: usize,
    /// What follows the rows: a conflict clause, `RETURNING …`.
    pub tail: &'static str,
}

/// A row's values are bound through this, in the order of the columns.
pub type Values<'a> = Query<'a>;

/// The texts made so far: one for each statement and chunk size, so their number is bounded by the source.
static TEXTS: LazyLock<Mutex<HashMap<(&'static str, usize), &'static str>>> = LazyLock::new(Mutex::default);

impl Bulk {
    fn text(&self, rows: usize) -> &'static str {
        let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
        texts.entry((self.head, rows)).or_insert_with(|| {
            let mut text = format!("{} VALUES ", self.head);
            for row in 0..rows {
                text.push_str(if row == 0 { "(" } else { ", (" });
                for column in 1..=self.columns {
                    let comma = if column == 1 { "" } else { ", " };
                    write!(text, "{comma}${}", row * self.columns + column)
                        .expect("a String takes everything");
                }
                text.push(')');
            }
            text.push(' ');
            text.push_str(self.tail);
            text.leak()
        })
    }
}

impl Tx {
    /// Inserts the rows and tells how many were changed.
    pub async fn bulk<T>(
        &mut self,
        bulk: &Bulk,
        rows: &[T],
        bind: impl for<'q> Fn(Values<'q>, &T) -> Values<'q>,
    ) -> sqlx::Result<u64> {
        let mut changed = 0;
        for chunk in chunks(rows) {
            let query = self.query(Sql::from(bulk.text(chunk.len())));
            changed += chunk.iter().fold(query, &bind).execute().await?;
        }
        Ok(changed)
    }

    /// Inserts the rows and gives what the statement returns.
    pub async fn bulk_returning<T, R: Record>(
        &mut self,
        bulk: &Bulk,
        rows: &[T],
        bind: impl for<'q> Fn(Values<'q>, &T) -> Values<'q>,
    ) -> sqlx::Result<Vec<R>> {
        let mut returned = Vec::new();
        for chunk in chunks(rows) {
            let query = self.query(Sql::from(bulk.text(chunk.len())));
            returned.append(&mut chunk.iter().fold(query, &bind).all().await?);
        }
        Ok(returned)
    }
}

/// Of rows with the same id the one that is latest, in the order of the ids.
pub fn latest<T, Id: Ord, At: Ord>(rows: &[T], of: impl Fn(&T) -> (&Id, At)) -> Vec<&T> {
    let mut latest: BTreeMap<&Id, &T> = BTreeMap::new();
    for row in rows {
        let (id, at) = of(row);
        let place = latest.entry(id).or_insert(row);
        if of(place).1 <= at {
            *place = row;
        }
    }
    latest.into_values().collect()
}

/// Cuts rows into chunks of 64, then of falling powers of two.
fn chunks<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        if rows.is_empty() {
            return None;
        }
        let size = if rows.len() >= CHUNK {
            CHUNK
        } else {
            1 << rows.len().ilog2()
        };
        let (chunk, rest) = rows.split_at(size);
        rows = rest;
        Some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_chunk_and_sizes_are_powers_of_two() {
        let rows: Vec<u32> = (0..203).collect();
        let sizes: Vec<usize> = chunks(&rows).map(<[u32]>::len).collect();
        assert_eq!(sizes, [64, 64, 64, 8, 2, 1]);
        assert_eq!(chunks(&rows).flatten().copied().collect::<Vec<_>>(), rows);
    }

    #[test]
    fn a_text_numbers_its_parameters_through() {
        let bulk = Bulk {
            head: "INSERT INTO t (a, b)",
            columns: 2,
            tail: "ON CONFLICT DO NOTHING",
        };
        assert_eq!(
            bulk.text(2),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING"
        );
    }
}

//! Many rows in few statements.
//!
//! Statements have room for a power of two of rows, so that a handful of texts, prepared once, serves batches of every
//! size: on SQLite, where each statement is a switch between threads and back, the last one has room to spare; on
//! Postgres there are several.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::query::{Query, Record, Sql};
use super::tx::Tx;

/// Most rows in one statement.
const CHUNK: usize = 64;

/// `head VALUES (…), (…) tail`, each row with `columns` values, of which the first is never null.
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

/// The texts made so far: one for each statement, form and number of rows, so their number is bounded by the source.
type Texts = HashMap<(&'static str, Form, usize), &'static str>;
static TEXTS: LazyLock<Mutex<Texts>> = LazyLock::new(Mutex::default);

/// How a statement names its rows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    /// As many as there are.
    Exact,
    /// More than there are: those that begin with null are none. SQLite only, as Postgres wants to know the types of
    /// nulls.
    Padded,
}

impl Bulk {
    fn text(&self, form: Form, rows: usize) -> &'static str {
        let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
        texts.entry((self.head, form, rows)).or_insert_with(|| {
            let text = match form {
                Form::Exact => self.exact(rows),
                Form::Padded => self.padded(rows),
            };
            text.leak()
        })
    }

    fn exact(&self, rows: usize) -> String {
        let mut text = format!("{} VALUES ", self.head);
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 1..=self.columns {
                let comma = if column == 1 { "" } else { ", " };
                write!(text, "{comma}${}", row * self.columns + column).expect("a String takes everything");
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.tail);
        text
    }

    /// With parameters by their order (`?`).
    fn padded(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns].join(", "));
        let values = vec![row.as_str(); rows].join(", ");
        let (head, tail) = (self.head, self.tail);
        format!("{head} SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL {tail}")
    }

    /// Binds the rows, and nulls for those that are not there.
    fn bind_padded<'q, T>(
        &self,
        query: Query<'q>,
        rows: &[T],
        bind: impl Fn(Values<'q>, &T) -> Values<'q>,
    ) -> Query<'q> {
        let room = rows.len().next_power_of_two();
        let missing = room - rows.len();
        let query = rows.iter().fold(query.reserve(room * self.columns), bind);
        (0..missing * self.columns).fold(query, |query, _| query.bind(None::<i64>))
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
        for chunk in chunks(rows, self.is_alone()) {
            changed += self.chunk(bulk, chunk, &bind).execute().await?;
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
        for chunk in chunks(rows, self.is_alone()) {
            returned.append(&mut self.chunk(bulk, chunk, &bind).all().await?);
        }
        Ok(returned)
    }

    fn chunk<T>(
        &mut self,
        bulk: &Bulk,
        rows: &[T],
        bind: &impl for<'q> Fn(Values<'q>, &T) -> Values<'q>,
    ) -> Query<'_> {
        if self.is_alone() {
            let text = bulk.text(Form::Padded, rows.len().next_power_of_two());
            return bulk.bind_padded(self.query(Sql::from(text)), rows, bind);
        }
        let query = self.query(Sql::from(bulk.text(Form::Exact, rows.len())));
        rows.iter().fold(query, bind)
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

/// Cuts rows into chunks of 64, and what is left, unless it can be padded, into falling powers of two.
fn chunks<T>(mut rows: &[T], padded: bool) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        if rows.is_empty() {
            return None;
        }
        let size = match rows.len() {
            CHUNK.. => CHUNK,
            few if padded => few,
            few => 1 << few.ilog2(),
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
    fn every_row_is_in_one_chunk_and_sizes_that_are_not_padded_are_powers_of_two() {
        let rows: Vec<u32> = (0..203).collect();
        for (padded, expected) in [(false, vec![64, 64, 64, 8, 2, 1]), (true, vec![64, 64, 64, 11])] {
            let sizes: Vec<usize> = chunks(&rows, padded).map(<[u32]>::len).collect();
            assert_eq!(sizes, expected);
            assert_eq!(chunks(&rows, padded).flatten().copied().collect::<Vec<_>>(), rows);
        }
    }

    #[test]
    fn a_text_numbers_its_parameters_through() {
        let bulk = Bulk {
            head: "INSERT INTO t (a, b)",
            columns: 2,
            tail: "ON CONFLICT DO NOTHING",
        };
        assert_eq!(
            bulk.text(Form::Exact, 2),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            bulk.text(Form::Padded, 2),
            "INSERT INTO t (a, b) SELECT * FROM (VALUES (?, ?), (?, ?)) WHERE column1 IS NOT NULL ON CONFLICT DO NOTHING"
        );
    }
}

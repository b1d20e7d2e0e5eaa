//! What a command answers: lines, or rows as a table for people and as JSON for programs.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

use super::Failure;
use super::failure::io;

/// A row of an answer. Its JSON has every field; its cells are what fits on a screen.
pub trait Row: Serialize {
    /// The head of each column.
    const HEADS: &'static [&'static str];

    /// One text per column.
    fn cells(&self) -> Vec<String>;
}

/// Prints rows: a JSON array if asked for, else a table.
///
/// # Panics
/// If a row is no JSON, as one with keys that are no text would be.
pub fn rows<R: Row>(rows: &[R], json: bool) -> Result<(), Failure> {
    if json {
        let text = serde_json::to_string_pretty(rows).expect("a row has text keys only");
        return line(&text);
    }
    line(&table(rows))
}

/// Prints a line.
pub fn line(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{text}").map_err(io("could not write the answer"))
}

fn table<R: Row>(rows: &[R]) -> String {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(R::HEADS.iter());
    table.add_rows(rows.iter().map(Row::cells));
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Key {
        name: &'static str,
        scope: &'static str,
    }

    impl Row for Key {
        const HEADS: &'static [&'static str] = &["NAME", "SCOPE"];

        fn cells(&self) -> Vec<String> {
            vec![self.name.to_owned(), self.scope.to_owned()]
        }
    }

    #[test]
    fn a_table_has_a_head_and_a_line_per_row() {
        let keys = [
            Key {
                name: "shop",
                scope: "read",
            },
            Key {
                name: "desk",
                scope: "write",
            },
        ];
        let text = table(&keys);
        let words: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(words, [["NAME", "SCOPE"], ["shop", "read"], ["desk", "write"]]);
    }
}

//! The tables of `benches/README.md`: what stands between a figure's markers is written by its last full run.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::machine;

/// A figure's outcome.
pub struct Table {
    heads: &'static [&'static str],
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Table {
    /// An empty one.
    pub const fn new(heads: &'static [&'static str]) -> Self {
        Self {
            heads,
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds a row: a text for each head.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a sentence below.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    fn markdown(&self) -> String {
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let cells: Vec<&str> = cells.collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut text = line(&mut self.heads.iter().copied());
        text.push_str(&line(&mut self.heads.iter().map(|_| "---")));
        for row in &self.rows {
            text.push_str(&line(&mut row.iter().map(String::as_str)));
        }
        text.push('\n');
        for note in &self.notes {
            text.push_str(note);
            text.push('\n');
        }
        text
    }
}

/// Prints a table and, after a full run, puts it between its markers.
pub fn publish(figure: &str, table: &Table, quick: bool) -> anyhow::Result<()> {
    let text = format!("{}\n{}\n", table.markdown(), machine::describe());
    println!("\n{text}");
    if quick {
        println!("(a quick run: benches/README.md stays as it is)");
        return Ok(());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/README.md");
    let readme = fs::read_to_string(&path).context("benches/README.md")?;
    fs::write(&path, replaced(&readme, figure, &text)?).context("benches/README.md")
}

fn replaced(readme: &str, figure: &str, text: &str) -> anyhow::Result<String> {
    let (open, close) = (
        format!("<!-- figures:{figure} -->"),
        format!("<!-- /figures:{figure} -->"),
    );
    let (before, rest) = readme
        .split_once(&open)
        .with_context(|| format!("benches/README.md has no {open}"))?;
    let (_, after) = rest
        .split_once(&close)
        .with_context(|| format!("benches/README.md has no {close}"))?;
    Ok(format!("{before}{open}\n{text}{close}{after}"))
}

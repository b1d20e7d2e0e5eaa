//! What came of a run: a table for deliveries, and one for posts.

use serde::Serialize;

use super::posts::PostLine;
use super::row::{LEGEND, Line};
use crate::cli::{Failure, line, rows};

/// All lines, in the order of the trials.
#[derive(Default)]
pub(super) struct Report {
    pub(super) deliveries: Vec<Line>,
    pub(super) posts: Vec<PostLine>,
}

/// A line of either table.
#[derive(Serialize)]
#[serde(untagged)]
enum Either<'a> {
    Deliveries(&'a Line),
    Posts(&'a PostLine),
}

impl Report {
    /// Adds what came of another store.
    pub(super) fn add(&mut self, mut other: Self) {
        self.deliveries.append(&mut other.deliveries);
        self.posts.append(&mut other.posts);
    }

    /// Whether a promise was not kept.
    pub(super) fn failed(&self) -> bool {
        self.deliveries.iter().any(Line::failed) || self.posts.iter().any(PostLine::failed)
    }

    /// Prints it: as one JSON array if asked for, else as tables.
    pub(super) fn print(&self, json: bool) -> Result<(), Failure> {
        if json {
            let deliveries = self.deliveries.iter().map(Either::Deliveries);
            let all: Vec<Either<'_>> = deliveries.chain(self.posts.iter().map(Either::Posts)).collect();
            let text = serde_json::to_string_pretty(&all).expect("a line has text keys only");
            return line(&text);
        }
        if !self.deliveries.is_empty() {
            rows(&self.deliveries, false)?;
            line(&format!("\n{LEGEND}"))?;
        }
        if !self.posts.is_empty() {
            line("")?;
            rows(&self.posts, false)?;
            line(&format!("\n{}", PostLine::LEGEND))?;
        }
        Ok(())
    }
}

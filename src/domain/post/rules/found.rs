//! What a rule has against a post.

use serde::{Deserialize, Serialize};

/// A rule that a post breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where, as `/media/2/alt_text`.
    pub pointer: String,
    /// Stable: what programs decide by.
    pub code: &'static str,
    /// What is wrong, with the bound.
    pub message: String,
}

/// Something to know of a post that breaks no rule: it works, but perhaps not as meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Of what, as `/media/2/url`.
    pub pointer: String,
    /// Stable: what programs decide by.
    pub code: String,
    /// What happens, and what to do if that is not meant.
    pub message: String,
}

/// Faults, as they are found.
#[derive(Default)]
pub(super) struct Found(pub(super) Vec<Fault>);

impl Found {
    pub(super) fn add(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(Fault {
            pointer: pointer.into(),
            code,
            message: message.into(),
        });
    }

    pub(super) fn no_more_than(
        &mut self,
        pointer: &str,
        code: &'static str,
        what: &str,
        count: usize,
        most: usize,
    ) {
        if count > most {
            self.add(pointer, code, format!("has {count} {what}; {most} at most"));
        }
    }
}

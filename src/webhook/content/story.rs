//! `story_insights` (meta-webhooks.md §4.4).

use std::collections::BTreeMap;

use crate::webhook::json::{self, Object};

/// The numbers of a story that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The story.
    pub media_id: String,
    /// Its metrics by Meta's names, whatever they are called this year; `facts::SUPPRESSED` stays what it is.
    pub metrics: BTreeMap<String, i64>,
}

impl Story {
    pub(super) fn read(value: &Object<'_>) -> Result<Self, &'static str> {
        let media_id = value
            .id("media_id")
            .ok_or("the story's numbers have no media_id")?;
        let metrics = value
            .members()
            .filter(|(name, _)| *name != "media_id")
            .filter_map(|(name, number)| Some((name.to_owned(), json::integer(number)?)))
            .collect();
        Ok(Self { media_id, metrics })
    }
}

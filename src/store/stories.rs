//! A story's numbers: observations that are never overwritten, and the view over them.

use std::collections::{BTreeMap, BTreeSet};

use super::db::{Bulk, Ids, Sql, Texts, Tx};
use super::new_event::NewEvent;
use super::{ObjectFilter, PageRequest, Store, StoreError};
use crate::domain::{AccountKey, EventId, Outcome, State, Timestamp};
use crate::webhook::Content;

/// One observation of a story's numbers, with its media where known.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoryRow {
    /// The event that brought it.
    pub event_id: EventId,
    /// The account's Instagram id.
    pub account_id: String,
    /// The story.
    pub media_id: String,
    /// `webhook` or `snapshot`.
    pub source: String,
    /// When it was observed.
    pub observed_at: Timestamp,
    /// Name to number, as JSON; -1 is suppressed.
    pub metrics: String,
    /// The story's kind of media.
    pub media_type: Option<String>,
    /// Its address on Instagram.
    pub media_permalink: Option<String>,
    /// When it was published.
    pub media_published_at: Option<Timestamp>,
}

const RECEIVE: Bulk = Bulk {
    head: "INSERT INTO story_observations (event_id, account_key, media_id, source, observed_at, metrics)",
    columns: 6,
    tail: "",
};

/// A story whose media is known needs no call: its event is done as it comes.
pub(super) async fn finish_known(tx: &mut Tx, events: &mut [NewEvent]) -> Result<(), StoreError> {
    let (accounts, media): (BTreeSet<AccountKey>, BTreeSet<&str>) = events
        .iter()
        .filter_map(|event| story(event).map(|s| (event.account_key, s.media_id.as_str())))
        .unzip();
    if media.is_empty() {
        return Ok(());
    }
    let accounts = Ids::of(accounts.into_iter().map(AccountKey::uuid));
    let query = tx.query(KNOWN).bind(accounts).bind(Texts::of(media));
    let known: Vec<(AccountKey, String)> = query.all().await?;
    let known: BTreeSet<(AccountKey, String)> = known.into_iter().collect();
    for event in events {
        if story(event).is_some_and(|s| known.contains(&(event.account_key, s.media_id.clone()))) {
            event.state = State::Done;
            event.outcome = Some(Outcome::Enriched);
        }
    }
    Ok(())
}

const fn story(event: &NewEvent) -> Option<&crate::webhook::Story> {
    match &event.content {
        Content::Story(story) => Some(story),
        _ => None,
    }
}

/// Writes the numbers as they came.
pub(super) async fn receive(tx: &mut Tx, new: &[NewEvent]) -> Result<(), StoreError> {
    let rows: Vec<_> = new
        .iter()
        .filter_map(|event| Some((event, story(event)?)))
        .collect();
    tx.bulk(&RECEIVE, &rows, |row, (event, story)| {
        row.bind(event.id)
            .bind(event.account_key)
            .bind(story.media_id.clone())
            .bind("webhook".to_owned())
            .bind(event.sent_at.unwrap_or(event.received_at))
            .bind(serde_json::to_string(&story.metrics).expect("names and numbers are JSON"))
    })
    .await?;
    Ok(())
}

macro_rules! observations {
    ($($condition:literal),*) => {
        concat!(
            "SELECT o.event_id, a.instagram_id AS account_id, o.media_id, o.source, o.observed_at, o.metrics,
                m.media_type, m.permalink AS media_permalink, m.published_at AS media_published_at
            FROM story_observations o JOIN accounts a ON a.key = o.account_key
                LEFT JOIN media m ON m.account_key = o.account_key AND m.id = o.media_id
            WHERE ",
            $($condition),*
        )
    };
}

/// The first observation of each story stands for it in the order of lists: it never changes.
const FIRSTS: &str = observations!(
    "NOT EXISTS (SELECT 1 FROM story_observations e
        WHERE e.account_key = o.account_key AND e.media_id = o.media_id AND e.event_id < o.event_id) AND "
);

macro_rules! history {
    ($accounts:literal, $media:literal) => {
        observations!(
            "a.instagram_id ",
            $accounts,
            " AND o.media_id ",
            $media,
            " ORDER BY o.observed_at, o.event_id"
        )
    };
}

const HISTORY: Sql = Sql {
    sqlite: history!(
        "IN (SELECT value FROM json_each($1))",
        "IN (SELECT value FROM json_each($2))"
    ),
    postgres: history!("= ANY($1)", "= ANY($2)"),
};

macro_rules! known {
    ($accounts:literal, $media:literal) => {
        concat!(
            "SELECT account_key, id FROM media WHERE account_key ",
            $accounts,
            " AND id ",
            $media
        )
    };
}

const KNOWN: Sql = Sql {
    sqlite: known!(
        "IN (SELECT unhex(value) FROM json_each($1))",
        "IN (SELECT value FROM json_each($2))"
    ),
    postgres: known!("= ANY($1)", "= ANY($2)"),
};

impl Store {
    /// A page of stories, each with all its observations, oldest first; the story first seen last comes first.
    pub async fn stories(
        &self,
        filter: &ObjectFilter,
        page: PageRequest,
    ) -> Result<Vec<Vec<StoryRow>>, StoreError> {
        let firsts: Vec<StoryRow> = self.objects(FIRSTS, filter, page).await?;
        let accounts: BTreeSet<&str> = firsts.iter().map(|row| row.account_id.as_str()).collect();
        let media: BTreeSet<&str> = firsts.iter().map(|row| row.media_id.as_str()).collect();
        let query = self
            .db
            .query(HISTORY)
            .bind(Texts::of(accounts))
            .bind(Texts::of(media));
        let history: Vec<StoryRow> = query.all().await?;
        let mut by_story: BTreeMap<(String, String), Vec<StoryRow>> = BTreeMap::new();
        for row in history {
            by_story
                .entry((row.account_id.clone(), row.media_id.clone()))
                .or_default()
                .push(row);
        }
        Ok(firsts
            .into_iter()
            .filter_map(|row| by_story.remove(&(row.account_id, row.media_id)))
            .collect())
    }

    /// The observation that an event brought.
    pub async fn story_observation(&self, event: EventId) -> Result<Option<StoryRow>, StoreError> {
        let query = self.db.query(observations!("o.event_id = $1"));
        Ok(query.bind(event).optional().await?)
    }
}

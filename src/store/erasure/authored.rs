//! Removing what the person did elsewhere: comments on other accounts' media, messages to and from them.

use std::fmt;
use std::str::FromStr;

use super::super::db::{Sql, Tx};
use super::super::feed::{self, FeedEntry};
use super::super::{Store, StoreError, lanes};
use super::counts::{self, COMMENTS, MESSAGES};
use super::events::{self, Doomed};
use super::person::event_hash;
use super::stage::cut;
use super::step::{Erasing, Work, move_to};
use super::tombstones;
use crate::domain::{AccountKey, EventId, Field, IdError};
use crate::webhook;

/// Rows looked at in one read.
const PAGE: i64 = 256;

#[derive(sqlx::FromRow)]
struct Seen {
    id: EventId,
    /// Only if one of the ids stands in it.
    payload: Option<String>,
}

macro_rules! seen {
    ($names:literal) => {
        concat!(
            "SELECT e.id, CASE WHEN EXISTS (",
            $names,
            ") THEN e.payload END AS payload
            FROM (SELECT id, payload FROM webhook_events WHERE id > $1 ORDER BY id LIMIT $3) AS e ORDER BY e.id"
        )
    };
}

const SEEN: Sql = Sql {
    sqlite: seen!("SELECT 1 FROM json_each($2) AS asked WHERE instr(e.payload, asked.value) > 0"),
    postgres: seen!("SELECT 1 FROM UNNEST($2::text[]) AS asked (id) WHERE strpos(e.payload, asked.id) > 0"),
};

/// A row of an account by Meta's id of it.
#[derive(Clone, Debug, sqlx::FromRow)]
struct ObjectPlace {
    account_key: AccountKey,
    id: String,
}

#[derive(sqlx::FromRow)]
struct Written {
    #[sqlx(flatten)]
    place: ObjectPlace,
    theirs: bool,
}

impl fmt::Display for ObjectPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account_key, self.id)
    }
}

impl FromStr for ObjectPlace {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (account, id) = text.split_once('/').ok_or(IdError)?;
        Ok(Self {
            account_key: account.parse()?,
            id: id.to_owned(),
        })
    }
}

macro_rules! written {
    ($table:literal, $id:literal, $people:literal, $theirs:literal) => {
        concat!(
            "SELECT o.account_key, o.id, (",
            $theirs,
            ") AS theirs FROM (SELECT account_key, ",
            $id,
            " AS id, ",
            $people,
            " FROM ",
            $table,
            " WHERE (account_key, ",
            $id,
            ") > ($1, $2) ORDER BY account_key, ",
            $id,
            " LIMIT $4) AS o ORDER BY o.account_key, o.id"
        )
    };
}

const COMMENTED: Sql = Sql {
    sqlite: written!(
        "comments",
        "id",
        "from_id",
        "COALESCE(o.from_id IN (SELECT value FROM json_each($3)), FALSE)"
    ),
    postgres: written!(
        "comments",
        "id",
        "from_id",
        "COALESCE(o.from_id = ANY($3), FALSE)"
    ),
};
const WRITTEN: Sql = Sql {
    sqlite: written!(
        "messages",
        "mid",
        "sender_id, recipient_id",
        "COALESCE(o.sender_id IN (SELECT value FROM json_each($3)), FALSE)
            OR COALESCE(o.recipient_id IN (SELECT value FROM json_each($3)), FALSE)"
    ),
    postgres: written!(
        "messages",
        "mid",
        "sender_id, recipient_id",
        "COALESCE(o.sender_id = ANY($3), FALSE) OR COALESCE(o.recipient_id = ANY($3), FALSE)"
    ),
};

const REMOVE_COMMENT: &str = "DELETE FROM comments WHERE account_key = $1 AND id = $2";
const REMOVE_MESSAGE: &str = "DELETE FROM messages WHERE account_key = $1 AND mid = $2";

impl Store {
    /// Removes a slice of other accounts' events in which the person takes part, with what they became.
    pub(super) async fn erase_authored(&self, work: &Work) -> Result<Erasing, StoreError> {
        let after = work.after(EventId::from(uuid::Uuid::nil()))?;
        let query = self.db.query(SEEN).bind(after).bind(work.id_list());
        let page: Vec<Seen> = query.bind(PAGE).all().await?;
        let most = usize::try_from(self.events_erased_at_once()).unwrap_or(1);
        let cut = cut(page, most, |seen| takes_part(work, seen), |seen| seen.id);
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        let ids: Vec<EventId> = cut.rows.iter().map(|seen| seen.id).collect();
        if self.remove_sightings(&mut tx, work, &ids).await? {
            let doomed = events::remove(&mut tx, work, &ids).await?;
            self.bury(&mut tx, work, &doomed).await?;
            move_to(&mut tx, work, &cut).await?;
        }
        tx.commit().await?;
        Ok(Erasing::Slice)
    }

    /// What became of the events goes, too; they do not come back, and followers learn of it.
    async fn bury(&self, tx: &mut Tx, work: &Work, doomed: &[Doomed]) -> Result<(), StoreError> {
        if doomed.is_empty() {
            return Ok(());
        }
        let hashes = doomed
            .iter()
            .map(|event| event_hash(&event.entry_id, event.field.as_str(), &event.key))
            .collect();
        tombstones::mark_events(tx, work.id, hashes).await?;
        self.no_event_erased
            .store(false, std::sync::atomic::Ordering::Release);
        for event in doomed {
            let Some((kind, statement)) = object_of(&event.field) else {
                continue;
            };
            let id = event.object_id.clone().unwrap_or_default();
            let query = tx.query(statement).bind(event.account_key).bind(id);
            let removed = query.execute().await?;
            counts::add(tx, work.id, kind, removed).await?;
        }
        let told: Vec<FeedEntry> = doomed.iter().map(told).collect();
        feed::tell(tx, &told, self.clock.now()).await
    }

    /// Removes a slice of comments that the person wrote.
    pub(super) async fn erase_comments(&self, work: &Work) -> Result<Erasing, StoreError> {
        self.erase_written(work, COMMENTED, REMOVE_COMMENT, COMMENTS, "comment.erased")
            .await
    }

    /// Removes a slice of messages that the person wrote or got.
    pub(super) async fn erase_messages(&self, work: &Work) -> Result<Erasing, StoreError> {
        self.erase_written(work, WRITTEN, REMOVE_MESSAGE, MESSAGES, "message.erased")
            .await
    }

    async fn erase_written(
        &self,
        work: &Work,
        page: Sql,
        remove: &'static str,
        kind: &'static str,
        told: &'static str,
    ) -> Result<Erasing, StoreError> {
        let beginning = ObjectPlace {
            account_key: AccountKey::NOBODY,
            id: String::new(),
        };
        let after = work.after(beginning)?;
        let query = self.db.query(page).bind(after.account_key).bind(after.id);
        let page: Vec<Written> = query.bind(work.id_list()).bind(PAGE).all().await?;
        let most = self.events_at_once();
        let cut = cut(page, most, |row| row.theirs, |row| row.place.clone());
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        lanes::hold(&mut tx, cut.rows.iter().map(|row| row.place.account_key)).await?;
        for row in &cut.rows {
            let query = tx.query(remove).bind(row.place.account_key);
            let removed = query.bind(row.place.id.clone()).execute().await?;
            counts::add(&mut tx, work.id, kind, removed).await?;
        }
        let told: Vec<FeedEntry> = cut.rows.iter().map(|row| gone(&row.place, told)).collect();
        feed::tell(&mut tx, &told, self.clock.now()).await?;
        move_to(&mut tx, work, &cut).await?;
        tx.commit().await?;
        Ok(Erasing::Slice)
    }
}

fn takes_part(work: &Work, seen: &Seen) -> bool {
    let payload = seen.payload.as_deref().unwrap_or_default();
    webhook::parties(payload).iter().any(|id| work.ids.contains(id))
}

/// What an event of this field became.
const fn object_of(field: &Field) -> Option<(&'static str, &'static str)> {
    match field {
        Field::Comments | Field::LiveComments => Some((COMMENTS, REMOVE_COMMENT)),
        Field::Messages | Field::MessageEdit => Some((MESSAGES, REMOVE_MESSAGE)),
        _ => None,
    }
}

fn told(event: &Doomed) -> FeedEntry {
    let kind = match object_of(&event.field) {
        Some((COMMENTS, _)) => "comment.erased",
        Some(_) => "message.erased",
        None => "event.erased",
    };
    FeedEntry {
        account_key: event.account_key,
        kind,
        object_id: event.object_id.clone().unwrap_or_else(|| event.id.to_string()),
        event_id: Some(event.id),
    }
}

fn gone(place: &ObjectPlace, kind: &'static str) -> FeedEntry {
    FeedEntry {
        account_key: place.account_key,
        kind,
        object_id: place.id.clone(),
        event_id: None,
    }
}

//! Further times that Meta sent an item that is an event already.

use std::collections::{BTreeMap, BTreeSet};

use super::db::{Bulk, Ids, Sql, Texts, Tx, in_ids};
use super::new_event::NewEvent;
use super::{Store, StoreError};
use crate::domain::{AccountKey, DeliveryId, EventId, Field, State, Timestamp};
use crate::webhook::Item;

/// One further time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Sighting {
    /// In which delivery.
    pub delivery_id: DeliveryId,
    /// At which place in it.
    pub position: i64,
    /// When it came.
    pub seen_at: Timestamp,
    /// The item, where its value was not seen before.
    pub variant: Option<String>,
}

/// An event that stands already.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Standing {
    pub(super) id: EventId,
    delivery_id: DeliveryId,
    position: i64,
    entry_id: String,
    #[sqlx(try_from = "String")]
    field: Field,
    key: String,
    hash: Vec<u8>,
    account_key: AccountKey,
    state: State,
}

macro_rules! standing {
    ($keys:literal, $entries:literal, $lock:literal) => {
        concat!(
            "SELECT id, delivery_id, position, entry_id, field, key, hash, account_key, state
            FROM webhook_events WHERE key ",
            $keys,
            " AND entry_id ",
            $entries,
            " ORDER BY id ",
            $lock
        )
    };
}

const STANDING: Sql = Sql {
    sqlite: standing!(
        "IN (SELECT value FROM json_each($1))",
        "IN (SELECT value FROM json_each($2))",
        ""
    ),
    postgres: standing!("= ANY($1)", "= ANY($2)", "FOR UPDATE"),
};

const INSERT: Bulk = Bulk {
    head: "INSERT INTO event_sightings (event_id, delivery_id, position, seen_at, hash, variant)",
    columns: 6,
    tail: "ON CONFLICT DO NOTHING RETURNING event_id",
};

/// Writes the repeats of a batch. Gives the events whose value is new to us and that were done: they are
/// worth another look.
pub(super) async fn record(
    tx: &mut Tx,
    repeats: &[NewEvent],
) -> Result<Vec<(EventId, AccountKey, Field)>, StoreError> {
    if repeats.is_empty() {
        return Ok(Vec::new());
    }
    let keys = Texts::of(repeats.iter().map(|event| event.key.clone()));
    let entries: BTreeSet<&str> = repeats.iter().map(|event| event.entry_id.as_str()).collect();
    let entries = Texts::of(entries);
    let standing: Vec<Standing> = tx.query(STANDING).bind(keys).bind(entries).all().await?;
    let standing: BTreeMap<_, _> = standing
        .iter()
        .map(|row| ((row.entry_id.as_str(), row.field.as_str(), row.key.as_str()), row))
        .collect();
    let found: Vec<(&NewEvent, &Standing)> = repeats
        .iter()
        .filter_map(|event| {
            let row = standing.get(&(event.entry_id.as_str(), event.field.as_str(), event.key.as_str()))?;
            // The same place read again is no sighting.
            let itself = row.delivery_id == event.delivery_id && row.position == event.position;
            (!itself).then_some((event, *row))
        })
        .collect();
    let seen = variants(tx, &found).await?;
    let mut kept = seen.clone();
    let rows: Vec<(&NewEvent, EventId, bool)> = found
        .iter()
        .map(|(event, row)| {
            // Only the first of several new equal values is kept.
            let known = kept.insert((row.id, event.hash.to_vec()), true).unwrap_or(true);
            (*event, row.id, known)
        })
        .collect();
    let inserted: Vec<(EventId,)> = tx
        .bulk_returning(&INSERT, &rows, |row, (event, id, known)| {
            row.bind(*id)
                .bind(event.delivery_id)
                .bind(event.position)
                .bind(event.received_at)
                .bind(event.hash.to_vec())
                .bind((!known).then(|| event.payload.clone()))
        })
        .await?;
    count(tx, inserted.into_iter().map(|(id,)| id)).await?;
    Ok(worth_another_look(&found, &seen))
}

fn worth_another_look(
    found: &[(&NewEvent, &Standing)],
    seen: &BTreeMap<(EventId, Vec<u8>), bool>,
) -> Vec<(EventId, AccountKey, Field)> {
    let mut again: Vec<_> = found
        .iter()
        .filter(|(event, row)| {
            let new = seen.get(&(row.id, event.hash.to_vec())) == Some(&false);
            let asks = matches!(row.field, Field::Comments | Field::LiveComments | Field::Mentions);
            new && asks && row.state == State::Done
        })
        .map(|(_, row)| (row.id, row.account_key, row.field.clone()))
        .collect();
    again.sort();
    again.dedup();
    again
}

/// Which of these values were known: the event's own, or a variant kept before.
async fn variants(
    tx: &mut Tx,
    found: &[(&NewEvent, &Standing)],
) -> Result<BTreeMap<(EventId, Vec<u8>), bool>, StoreError> {
    let mut known: BTreeMap<(EventId, Vec<u8>), bool> = found
        .iter()
        .map(|(event, row)| ((row.id, event.hash.to_vec()), row.hash == event.hash))
        .collect();
    let unknown: Vec<_> = known
        .iter()
        .filter(|(_, known)| !**known)
        .map(|((id, _), _)| id.uuid())
        .collect();
    if !unknown.is_empty() {
        let query = tx.query(in_ids!(
            "SELECT event_id, hash FROM event_sightings WHERE event_id",
            "$1",
            ""
        ));
        let rows: Vec<(EventId, Vec<u8>)> = query.bind(Ids::of(unknown)).all().await?;
        for key in rows {
            known.entry(key).and_modify(|known| *known = true);
        }
    }
    Ok(known)
}

async fn count(tx: &mut Tx, ids: impl Iterator<Item = EventId>) -> Result<(), StoreError> {
    let ids: Vec<_> = ids.map(EventId::uuid).collect();
    if ids.is_empty() {
        return Ok(());
    }
    tx.query(in_ids!(
        "UPDATE webhook_events SET sightings =
            (SELECT COUNT(*) FROM event_sightings s WHERE s.event_id = webhook_events.id) WHERE id",
        "$1",
        ""
    ))
    .bind(Ids::of(ids))
    .execute()
    .await?;
    Ok(())
}

/// On Postgres key by key: of a long list it may believe that it names half of all events, and read them all.
const KNOWN: Sql = Sql {
    sqlite: "SELECT entry_id, field, key FROM webhook_events WHERE key IN (SELECT value FROM json_each($1))",
    postgres: "SELECT e.entry_id, e.field, e.key FROM UNNEST($1::text[]) AS asked (key)
        CROSS JOIN LATERAL (SELECT entry_id, field, key FROM webhook_events WHERE key = asked.key OFFSET 0) AS e",
};

/// What makes an item the same as another: its entry's id, its field and its key.
pub type Identity = (String, String, String);

/// The identity of an item.
pub fn identity(item: &Item) -> Identity {
    (item.entry_id.clone(), item.field.to_string(), item.key.clone())
}

impl Store {
    /// Which of these items are events already.
    pub async fn known_events(&self, items: &[Item]) -> Result<BTreeSet<Identity>, StoreError> {
        let keys = Texts::of(items.iter().map(|item| item.key.clone()));
        let rows: Vec<Identity> = self.db.query(KNOWN).bind(keys).all().await?;
        let known: BTreeSet<Identity> = rows.into_iter().collect();
        Ok(items
            .iter()
            .map(identity)
            .filter(|identity| known.contains(identity))
            .collect())
    }

    /// Every further time an event was seen, oldest first.
    pub async fn sightings(&self, event: EventId) -> Result<Vec<Sighting>, StoreError> {
        let query = self.db.query(
            "SELECT delivery_id, position, seen_at, variant FROM event_sightings WHERE event_id = $1
            ORDER BY delivery_id, position LIMIT 1000",
        );
        Ok(query.bind(event).all().await?)
    }
}

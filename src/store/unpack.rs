//! Turning read deliveries into events and rows, in one transaction a chunk.

use std::collections::{BTreeMap, BTreeSet};

use super::counts::CountChanges;
use super::db::{Bulk, DeliveryIds, Ids, Sql, Tx, in_ids};
use super::erasure::has_account;
use super::feed::{self, FeedEntry};
use super::new_event::NewEvent;
use super::{Store, StoreError, accounts, comments, counts, lanes, mentions, messages, sightings, stories};
use crate::domain::{AccountKey, DeliveryId, EventId, Field, Outcome, ParkedOn, State, Timestamp};
use crate::webhook::Item;

/// A delivery that was read.
pub struct ParsedDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// When it came.
    pub received_at: Timestamp,
    /// Its items, or a part of them; or why it cannot be read.
    pub items: Result<Vec<Item>, String>,
    /// No further part follows.
    pub complete: bool,
}

/// What unpacking did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnpackReport {
    /// Events that are new.
    pub events: usize,
    /// Items that were events already.
    pub repeats: usize,
    /// Events that wait for a call, or do so again.
    pub pending: usize,
    /// Deliveries that somebody else is at: no further part of them may be written, or what is missing here would
    /// be missing for ever once the last part completes them.
    pub left_out: BTreeSet<DeliveryId>,
}

const INSERT: Bulk = Bulk {
    head: "INSERT INTO webhook_events (id, delivery_id, position, account_key, entry_id, field, key, hash, object_id,
        media_id, parent_id, paid, state, outcome, due_at, reason_code, reason_message, occurred_at, sent_at,
        received_at, done_at, payload)",
    columns: 22,
    tail: "ON CONFLICT DO NOTHING RETURNING id",
};

macro_rules! take {
    ($list:literal) => {
        concat!(
            "DELETE FROM unpack_queue WHERE delivery_id ",
            $list,
            " RETURNING delivery_id"
        )
    };
}

macro_rules! hold {
    ($list:literal, $lock:literal) => {
        concat!(
            "SELECT delivery_id FROM unpack_queue WHERE delivery_id ",
            $list,
            " ORDER BY delivery_id ",
            $lock
        )
    };
}

/// Takes deliveries from the queue. Two processes that read the same ones: the second finds them locked or gone, and
/// leaves them.
const TAKE: Sql = Sql {
    sqlite: take!("IN (SELECT value FROM json_each($1))"),
    postgres: take!(
        "IN (SELECT delivery_id FROM unpack_queue WHERE delivery_id = ANY($1) ORDER BY delivery_id FOR UPDATE SKIP LOCKED)"
    ),
};

/// The same for deliveries of which only a part is written: they stay in the queue.
const HOLD: Sql = Sql {
    sqlite: hold!("IN (SELECT value FROM json_each($1))", ""),
    postgres: hold!("= ANY($1)", "FOR UPDATE SKIP LOCKED"),
};

impl Store {
    /// Writes what was read of received deliveries. Deliveries that somebody else took meanwhile are left out.
    pub async fn unpack(&self, batch: &[ParsedDelivery]) -> Result<UnpackReport, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let (whole, parts): (Vec<&ParsedDelivery>, Vec<_>) = batch.iter().partition(|one| one.complete);
        let mut ours = listed(&mut tx, TAKE, &whole).await?;
        ours.append(&mut listed(&mut tx, HOLD, &parts).await?);
        let (batch, others): (Vec<&ParsedDelivery>, Vec<_>) =
            batch.iter().partition(|delivery| ours.contains(&delivery.id));
        let unreadable: Vec<_> = batch
            .iter()
            .filter_map(|d| Some((d.id, d.items.as_ref().err()?.clone())))
            .collect();
        let unpacked = batch.iter().filter(|d| d.complete && d.items.is_ok()).count();
        let mut report = self.store_items(&mut tx, &batch, now).await?;
        report.left_out = others.into_iter().map(|delivery| delivery.id).collect();
        self.set_aside(&mut tx, &unreadable).await?;
        counts::add(&mut tx, self.shard, counts::UNPACKED, unpacked).await?;
        tx.commit().await?;
        Ok(report)
    }

    pub(super) async fn store_items(
        &self,
        tx: &mut Tx,
        batch: &[&ParsedDelivery],
        now: Timestamp,
    ) -> Result<UnpackReport, StoreError> {
        let mut events = self.prepare(tx, batch, now).await?;
        let items = events.len();
        stories::finish_known(tx, &mut events).await?;
        let (firsts, mut repeats) = split_repeats(events);
        let inserted: Vec<(EventId,)> = tx
            .bulk_returning(&INSERT, &firsts, |row, event| bind(row, event, now))
            .await?;
        let inserted: BTreeSet<EventId> = inserted.into_iter().map(|(id,)| id).collect();
        let (new, standing): (Vec<_>, Vec<_>) =
            firsts.into_iter().partition(|event| inserted.contains(&event.id));
        repeats.extend(standing);
        // In the order in which they came: of several equal variants the first one is kept.
        repeats.sort_by_key(|event| event.id);
        let again = sightings::record(tx, &repeats).await?;
        write_rows(tx, &new, now).await?;
        count_and_ring(tx, &new, &again, now).await?;
        let enriched = new
            .iter()
            .filter(|event| event.outcome == Some(Outcome::Enriched));
        counts::add(tx, self.shard, counts::ENRICHED, enriched.count()).await?;
        measure(&new, now);
        let pending = new.iter().filter(|event| event.state == State::Pending).count() + again.len();
        Ok(UnpackReport {
            events: new.len(),
            repeats: items - new.len(),
            pending,
            left_out: BTreeSet::new(),
        })
    }

    /// Items with their accounts; what was erased is left out.
    async fn prepare(
        &self,
        tx: &mut Tx,
        batch: &[&ParsedDelivery],
        now: Timestamp,
    ) -> Result<Vec<NewEvent>, StoreError> {
        let items: Vec<(DeliveryId, Timestamp, Item)> = batch
            .iter()
            .flat_map(|d| {
                d.items
                    .iter()
                    .flatten()
                    .map(|item| (d.id, d.received_at, item.clone()))
            })
            .collect();
        let ids: BTreeSet<String> = items
            .iter()
            .filter(|(.., item)| has_account(item))
            .map(|(.., item)| item.entry_id.clone())
            .collect();
        let accounts = accounts::resolve(tx, &ids.into_iter().collect::<Vec<_>>(), now).await?;
        lanes::hold(tx, accounts.values().copied()).await?;
        let items = self.spare_erased(tx, items, &accounts).await?;
        let events = items.into_iter().map(|(delivery, received_at, item)| {
            let account = accounts
                .get(&item.entry_id)
                .copied()
                .filter(|_| has_account(&item));
            NewEvent::of(
                delivery,
                received_at,
                item,
                account.unwrap_or(AccountKey::NOBODY),
                now,
            )
        });
        Ok(events.collect())
    }
}

/// Which of the deliveries the statement gives.
async fn listed(
    tx: &mut Tx,
    statement: Sql,
    deliveries: &[&ParsedDelivery],
) -> Result<BTreeSet<DeliveryId>, StoreError> {
    if deliveries.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ids = DeliveryIds::of(deliveries.iter().map(|delivery| delivery.id));
    let rows: Vec<(DeliveryId,)> = tx.query(statement).bind(ids).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// In memory first: of several equal items the earliest is the event, the others are repeats of it.
fn split_repeats(events: Vec<NewEvent>) -> (Vec<NewEvent>, Vec<NewEvent>) {
    let mut firsts: BTreeMap<(String, String, String), NewEvent> = BTreeMap::new();
    let mut repeats = Vec::new();
    for event in events {
        let identity = (event.key.clone(), event.field.to_string(), event.entry_id.clone());
        match firsts.entry(identity) {
            std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(event)),
            std::collections::btree_map::Entry::Occupied(_) => repeats.push(event),
        }
    }
    (firsts.into_values().collect(), repeats)
}

fn bind<'q>(row: super::db::Values<'q>, event: &NewEvent, now: Timestamp) -> super::db::Values<'q> {
    let (object_id, media_id, parent_id, paid) = event.objects();
    let finished = event.state == State::Done;
    row.bind(event.id)
        .bind(event.delivery_id)
        .bind(event.position)
        .bind(event.account_key)
        .bind(event.entry_id.clone())
        .bind(event.field.to_string())
        .bind(event.key.clone())
        .bind(event.hash.to_vec())
        .bind(object_id)
        .bind(media_id)
        .bind(parent_id)
        .bind(paid)
        .bind(event.state.as_str().to_owned())
        .bind(event.outcome.map(|outcome| outcome.as_str().to_owned()))
        .bind((event.state == State::Pending).then_some(event.received_at))
        .bind(event.reason.is_some().then(|| ParkedOn::Unreadable.to_string()))
        .bind(event.reason.clone())
        .bind(event.occurred_at)
        .bind(event.sent_at)
        .bind(event.received_at)
        .bind(finished.then_some(now))
        .bind(event.payload.clone())
}

async fn write_rows(tx: &mut Tx, new: &[NewEvent], now: Timestamp) -> Result<(), StoreError> {
    comments::receive(tx, new).await?;
    stories::receive(tx, new).await?;
    mentions::receive(tx, new).await?;
    messages::receive(tx, new, now).await?;
    let told: Vec<FeedEntry> = new
        .iter()
        .filter(|event| event.account_key != AccountKey::NOBODY)
        .flat_map(NewEvent::told)
        .collect();
    feed::tell(tx, &told, now).await
}

const AGAIN: Sql = in_ids!(
    "UPDATE webhook_events SET state = 'pending', outcome = NULL, done_at = NULL, due_at = $2, attempts = 0
    WHERE state = 'done' AND id",
    "$1",
    ""
);

async fn count_and_ring(
    tx: &mut Tx,
    new: &[NewEvent],
    again: &[(EventId, AccountKey, Field)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut changes = CountChanges::default();
    let mut rings: BTreeMap<AccountKey, i64> = BTreeMap::new();
    for event in new {
        changes.came(event.account_key, &event.field, event.state, event.received_at);
        if event.state == State::Pending {
            *rings.entry(event.account_key).or_default() += 1;
        }
    }
    if !again.is_empty() {
        tx.query(AGAIN)
            .bind(Ids::of(again.iter().map(|(id, ..)| id.uuid())))
            .bind(now)
            .execute()
            .await?;
    }
    for (_, account, field) in again {
        changes.moved(*account, field, State::Done, State::Pending);
        *rings.entry(*account).or_default() += 1;
    }
    for (account, arrivals) in rings {
        lanes::ring(tx, account, arrivals, now).await?;
    }
    changes.write(tx).await
}

/// How long the events were on their way so far. Meta's time is when it sent the notification.
fn measure(new: &[NewEvent], now: Timestamp) {
    let sent = metrics::histogram!("belino_lag_seconds", "stage" => "sent_to_received");
    let stored = metrics::histogram!("belino_lag_seconds", "stage" => "received_to_stored");
    for event in new {
        if let Some(at) = event.sent_at {
            sent.record(event.received_at.since(at).as_secs_f64());
        }
        stored.record(now.since(event.received_at).as_secs_f64());
        if let Some(outcome) = event.outcome {
            counts::finished(outcome, event.received_at, now);
        }
    }
}

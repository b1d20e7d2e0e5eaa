//! Removing events with everything that hangs on them, well counted.

use std::collections::BTreeSet;

use super::super::counts::CountChanges;
use super::super::db::{Ids, Sql, Tx, in_ids};
use super::super::{Store, StoreError, lanes};
use super::counts::{self, EVENTS};
use super::redaction;
use super::step::{Erasing, Work};
use crate::domain::{AccountKey, DeliveryId, EventId, Field, State};

/// An event has tries beside it: as many rows as removed at once are some eight events.
const ROWS_OF_AN_EVENT: i64 = 8;

/// An event that goes.
#[derive(sqlx::FromRow)]
pub(super) struct Doomed {
    pub(super) id: EventId,
    delivery_id: DeliveryId,
    pub(super) account_key: AccountKey,
    pub(super) entry_id: String,
    #[sqlx(try_from = "String")]
    pub(super) field: Field,
    pub(super) key: String,
    state: State,
    pub(super) object_id: Option<String>,
}

const SOME: Sql = in_ids!(
    "SELECT id FROM webhook_events WHERE account_key",
    "$1",
    " LIMIT $2"
);

const ACCOUNTS: Sql = in_ids!(
    "SELECT DISTINCT account_key FROM webhook_events WHERE id",
    "$1",
    ""
);

/// An event can have been seen any number of times.
const SIGHTINGS: Sql = in_ids!(
    "DELETE FROM event_sightings WHERE (event_id, delivery_id, position) IN
        (SELECT event_id, delivery_id, position FROM event_sightings WHERE event_id",
    "$1",
    " LIMIT $2) RETURNING delivery_id"
);

macro_rules! doomed {
    ($list:literal, $lock:literal) => {
        concat!(
            "SELECT id, delivery_id, account_key, entry_id, field, key, state, object_id FROM webhook_events WHERE id ",
            $list,
            " ORDER BY id ",
            $lock
        )
    };
}

const DOOMED: Sql = Sql {
    sqlite: doomed!("IN (SELECT unhex(value) FROM json_each($1))", ""),
    postgres: doomed!("= ANY($1)", "FOR UPDATE"),
};

const REMOVE: [Sql; 2] = [
    in_ids!("DELETE FROM attempts WHERE event_id", "$1", ""),
    in_ids!("DELETE FROM webhook_events WHERE id", "$1", ""),
];

impl Store {
    /// Removes a slice of the accounts' events.
    pub(super) async fn erase_events(&self, work: &Work) -> Result<Erasing, StoreError> {
        let query = self.db.query(SOME).bind(work.account_list());
        let some: Vec<(EventId,)> = query.bind(self.events_erased_at_once()).all().await?;
        if some.is_empty() {
            return self.next_stage(work).await;
        }
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        let ids: Vec<EventId> = some.into_iter().map(|(id,)| id).collect();
        if self.remove_sightings(&mut tx, work, &ids).await? {
            remove(&mut tx, work, &ids).await?;
        }
        tx.commit().await?;
        Ok(Erasing::Slice)
    }

    /// Events that one slice removes.
    pub(super) fn events_erased_at_once(&self) -> i64 {
        (self.erased_at_once() / ROWS_OF_AN_EVENT).max(1)
    }

    /// Removes as many sightings of these events as a slice may; true if that was all. Holds the lanes first.
    pub(super) async fn remove_sightings(
        &self,
        tx: &mut Tx,
        work: &Work,
        ids: &[EventId],
    ) -> Result<bool, StoreError> {
        if ids.is_empty() {
            return Ok(true);
        }
        let accounts: Vec<(AccountKey,)> = tx.query(ACCOUNTS).bind(list(ids)).all().await?;
        lanes::hold(tx, accounts.into_iter().map(|(account,)| account)).await?;
        // Each of them puts its delivery into a queue.
        let most = self.events_at_once() / 2;
        let query = tx.query(SIGHTINGS).bind(list(ids));
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let removed: Vec<(DeliveryId,)> = query.bind(limit).all().await?;
        let all = removed.len() < most;
        let deliveries: BTreeSet<DeliveryId> = removed.into_iter().map(|(id,)| id).collect();
        redaction::queue(tx, Some(work.id), deliveries).await?;
        Ok(all)
    }
}

fn list(ids: &[EventId]) -> Ids {
    Ids::of(ids.iter().map(|id| id.uuid()))
}

/// Removes events that are seen nowhere else any more. Their deliveries will lose their bytes.
pub(super) async fn remove(tx: &mut Tx, work: &Work, ids: &[EventId]) -> Result<Vec<Doomed>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let doomed: Vec<Doomed> = tx.query(DOOMED).bind(list(ids)).all().await?;
    for statement in REMOVE {
        tx.query(statement).bind(list(ids)).execute().await?;
    }
    let deliveries = doomed.iter().map(|event| event.delivery_id).collect();
    redaction::queue(tx, Some(work.id), deliveries).await?;
    let mut changes = CountChanges::default();
    for event in &doomed {
        changes.retired(event.account_key, &event.field, event.state);
    }
    changes.write(tx).await?;
    counts::add(tx, work.id, EVENTS, doomed.len() as u64).await?;
    Ok(doomed)
}

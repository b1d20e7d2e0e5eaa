//! Removing finished events with what hangs on them alone. What they became stays: comments, messages, numbers.

use super::super::counts::CountChanges;
use super::super::db::{Ids, Sql, in_ids};
use super::super::{Store, StoreError, lanes};
use super::aged::AgedEvent;
use super::sweep::{Before, Slice};
use crate::domain::{AccountKey, EventId, Field, State, Timestamp};

#[derive(sqlx::FromRow)]
struct Finished {
    id: EventId,
    account_key: AccountKey,
    #[sqlx(try_from = "String")]
    field: Field,
    state: State,
}

const ACCOUNTS: Sql = in_ids!(
    "SELECT DISTINCT account_key FROM webhook_events WHERE id",
    "$1",
    ""
);

macro_rules! finished {
    ($list:literal, $lock:literal) => {
        concat!(
            "SELECT e.id, e.account_key, e.field, e.state FROM webhook_events e
            WHERE (e.state = 'dead' OR (e.state = 'done' AND e.done_at < $2))
                AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.id = e.delivery_id)
                AND NOT EXISTS (SELECT 1 FROM event_sightings s JOIN deliveries d ON d.id = s.delivery_id
                    WHERE s.event_id = e.id)
                AND e.id ",
            $list,
            " ORDER BY e.id ",
            $lock
        )
    };
}

/// Looked at again: an event may be back at work, or seen in another delivery.
const FINISHED: Sql = Sql {
    sqlite: finished!("IN (SELECT unhex(value) FROM json_each($1))", ""),
    postgres: finished!("= ANY($1)", "FOR UPDATE OF e"),
};

const REMOVE: [Sql; 3] = [
    in_ids!("DELETE FROM event_sightings WHERE event_id", "$1", ""),
    in_ids!("DELETE FROM attempts WHERE event_id", "$1", ""),
    in_ids!("DELETE FROM webhook_events WHERE id", "$1", ""),
];

impl Store {
    /// Removes a slice of events that were done before, after this one.
    pub(super) async fn retire_done(
        &self,
        before: Before,
        after: (Timestamp, EventId),
    ) -> Result<Slice<(Timestamp, EventId)>, StoreError> {
        let aged = self.aged_done(before, after).await?;
        self.retire_aged(before, &aged).await
    }

    /// Removes a slice of events that were given up before, after this one.
    pub(super) async fn retire_dead(
        &self,
        before: Before,
        after: EventId,
    ) -> Result<Slice<EventId>, StoreError> {
        let aged = self.aged_dead(before, after).await?;
        let slice = self.retire_aged(before, &aged).await?;
        Ok(Slice {
            removed: slice.removed,
            next: slice.next.map(|(_, id)| id),
        })
    }

    async fn retire_aged(
        &self,
        before: Before,
        aged: &[AgedEvent],
    ) -> Result<Slice<(Timestamp, EventId)>, StoreError> {
        let (Some(last), Some(before)) = (aged.last(), before.events) else {
            return Ok(Slice::NOTHING);
        };
        let most = self.events_at_once();
        let free: Vec<&AgedEvent> = aged.iter().filter(|event| event.untold).take(most).collect();
        let next = match free.last() {
            Some(cut) if free.len() == most => *cut,
            _ => last,
        };
        let ids: Vec<EventId> = free.iter().map(|event| event.id).collect();
        let removed = self.remove_events(&ids, before).await?;
        Ok(removed.map_or(Slice::NOTHING, |removed| Slice {
            removed,
            next: Some((next.at, next.id)),
        }))
    }

    /// Removes these, counts them as retired, and tells how many; `None` while another process removes.
    async fn remove_events(&self, ids: &[EventId], before: Timestamp) -> Result<Option<u64>, StoreError> {
        if ids.is_empty() {
            return Ok(Some(0));
        }
        let Some(mut tx) = self.begin_removing().await? else {
            return Ok(None);
        };
        let list = || Ids::of(ids.iter().map(|id| id.uuid()));
        let accounts: Vec<(AccountKey,)> = tx.query(ACCOUNTS).bind(list()).all().await?;
        // First of all, as everywhere: whoever meets one of these in a delivery holds the lane while it looks.
        lanes::hold(&mut tx, accounts.into_iter().map(|(account,)| account)).await?;
        let finished: Vec<Finished> = tx.query(FINISHED).bind(list()).bind(before).all().await?;
        for statement in REMOVE {
            let ids = Ids::of(finished.iter().map(|event| event.id.uuid()));
            tx.query(statement).bind(ids).execute().await?;
        }
        let mut changes = CountChanges::default();
        for event in &finished {
            changes.retired(event.account_key, &event.field, event.state);
        }
        changes.write(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(finished.len() as u64))
    }
}

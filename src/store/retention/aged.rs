//! Pages of what is old enough, each row with whether it may be removed.

use super::super::{Store, StoreError};
use super::sweep::Before;
use crate::domain::{DeliveryId, EventId, Timestamp};

/// Rows looked at in one read.
const PAGE: i64 = 256;

/// A delivery that is old enough.
#[derive(sqlx::FromRow)]
pub(super) struct AgedDelivery {
    pub(super) id: DeliveryId,
    pub(super) body_bytes: i64,
    /// It was read, well or not, and so were all its events finished.
    pub(super) finished: bool,
}

/// An event that is old enough.
#[derive(sqlx::FromRow)]
pub(super) struct AgedEvent {
    pub(super) id: EventId,
    /// When it was done; of a dead one when it came.
    pub(super) at: Timestamp,
    /// No delivery tells of it that stays.
    pub(super) untold: bool,
}

/// That a delivery `d` is not accounted for yet.
macro_rules! unfinished {
    () => {
        "(EXISTS (SELECT 1 FROM unpack_queue q WHERE q.delivery_id = d.id)
            OR EXISTS (SELECT 1 FROM webhook_events o
                WHERE o.delivery_id = d.id AND o.state IN ('pending', 'waiting', 'parked')))"
    };
}
pub(super) use unfinished;

/// Ids grow with time, so the page that has none of that age is the last one.
const DELIVERIES: &str = concat!(
    "SELECT d.id, d.body_bytes, NOT ",
    unfinished!(),
    " AS finished FROM (SELECT id, received_at, CAST(octet_length(body) AS BIGINT) AS body_bytes FROM deliveries
        WHERE id > $2 ORDER BY id LIMIT $3) AS d
    WHERE d.received_at < $1 ORDER BY d.id"
);

/// That a delivery of this id stays.
macro_rules! stays {
    ($id:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM deliveries d WHERE d.id = ",
            $id,
            " AND (d.received_at >= $2 OR ",
            unfinished!(),
            "))"
        )
    };
}

/// That no delivery that stays tells of the event `e`.
macro_rules! untold {
    () => {
        concat!(
            "(NOT ",
            stays!("e.delivery_id"),
            " AND NOT EXISTS (SELECT 1 FROM event_sightings s WHERE s.event_id = e.id AND ",
            stays!("s.delivery_id"),
            "))"
        )
    };
}

const DONE: &str = concat!(
    "SELECT e.id, e.done_at AS at, ",
    untold!(),
    " AS untold FROM (SELECT id, delivery_id, done_at FROM webhook_events
        WHERE state = 'done' AND done_at < $1 AND (done_at, id) > ($3, $4) ORDER BY done_at, id LIMIT $5) AS e
    ORDER BY e.done_at, e.id"
);

/// An event is as old as its last try.
const DEAD: &str = concat!(
    "SELECT e.id, e.received_at AS at, (",
    untold!(),
    " AND NOT EXISTS (SELECT 1 FROM attempts t WHERE t.event_id = e.id AND t.at >= $1)) AS untold
    FROM (SELECT id, delivery_id, received_at FROM webhook_events
        WHERE state = 'dead' AND id > $3 ORDER BY id LIMIT $4) AS e
    WHERE e.received_at < $1 ORDER BY e.id"
);

impl Store {
    /// Deliveries from before, oldest first, after this one.
    pub(super) async fn aged_deliveries(
        &self,
        before: Timestamp,
        after: DeliveryId,
    ) -> Result<Vec<AgedDelivery>, StoreError> {
        let query = self.db.query(DELIVERIES).bind(before).bind(after).bind(PAGE);
        Ok(query.all().await?)
    }

    /// Events that were done before, oldest first, after this one.
    pub(super) async fn aged_done(
        &self,
        before: Before,
        (at, id): (Timestamp, EventId),
    ) -> Result<Vec<AgedEvent>, StoreError> {
        let (Some(events), Some(bodies)) = (before.events, before.bodies) else {
            return Ok(Vec::new());
        };
        let query = self.db.query(DONE).bind(events).bind(bodies);
        Ok(query.bind(at).bind(id).bind(PAGE).all().await?)
    }

    /// Events that were given up before, oldest first, after this one.
    pub(super) async fn aged_dead(
        &self,
        before: Before,
        after: EventId,
    ) -> Result<Vec<AgedEvent>, StoreError> {
        let (Some(events), Some(bodies)) = (before.events, before.bodies) else {
            return Ok(Vec::new());
        };
        let query = self.db.query(DEAD).bind(events).bind(bodies);
        Ok(query.bind(after).bind(PAGE).all().await?)
    }
}

//! What would be removed now, without removing it.

use super::super::{Store, StoreError};
use super::sweep::Before;
use crate::domain::{DeliveryId, EventId, Retention, Timestamp};

/// Of one kind of thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DueRows {
    /// How many would be removed.
    pub rows: u64,
    /// Their bytes, where these are known.
    pub bytes: Option<u64>,
    /// When the oldest one that there is came.
    pub oldest: Option<Timestamp>,
}

/// What would be removed now, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Deliveries.
    pub deliveries: DueRows,
    /// Refused deliveries.
    pub quarantine: DueRows,
    /// Events.
    pub events: DueRows,
    /// Calls to Graph.
    pub calls: DueRows,
    /// Entries of the feed.
    pub feed: DueRows,
    /// Uploaded files.
    pub uploads: DueRows,
}

impl Due {
    /// How many rows of all kinds would be removed.
    pub const fn total(&self) -> u64 {
        self.deliveries.rows
            + self.quarantine.rows
            + self.events.rows
            + self.calls.rows
            + self.feed.rows
            + self.uploads.rows
    }
}

/// How many rows are from before, and when the oldest of all came.
macro_rules! aged {
    ($table:literal, $at:literal) => {
        concat!(
            "SELECT (SELECT COUNT(*) FROM ",
            $table,
            " WHERE ",
            $at,
            " < $1), (SELECT MIN(",
            $at,
            ") FROM ",
            $table,
            ")"
        )
    };
}

const QUARANTINE: &str = aged!("quarantine", "received_at");
const CALLS: &str = aged!("graph_calls", "at");
const FEED: &str = aged!("feed", "at");
const OLDEST_DELIVERY: &str = "SELECT received_at FROM deliveries ORDER BY id LIMIT 1";
const OLDEST_EVENT: &str = "SELECT received_at FROM webhook_events ORDER BY id LIMIT 1";

impl Store {
    /// Counts what would be removed now, page by page.
    pub async fn due(&self, retention: &Retention) -> Result<Due, StoreError> {
        let before = Before::of(retention, self.clock.now());
        Ok(Due {
            deliveries: self.due_deliveries(before).await?,
            quarantine: self.due_rows(QUARANTINE, before.bodies).await?,
            events: DueRows {
                rows: self.due_done(before).await? + self.due_dead(before).await?,
                bytes: None,
                oldest: self.oldest(OLDEST_EVENT).await?,
            },
            calls: self.due_rows(CALLS, before.events).await?,
            feed: self.due_rows(FEED, before.feed).await?,
            uploads: self.due_uploads(before).await?,
        })
    }

    async fn due_deliveries(&self, before: Before) -> Result<DueRows, StoreError> {
        let oldest = self.oldest(OLDEST_DELIVERY).await?;
        let (mut rows, mut bytes) = (0, 0);
        let mut after = DeliveryId::from(uuid::Uuid::nil());
        while let Some(before) = before.bodies {
            let aged = self.aged_deliveries(before, after).await?;
            let Some(last) = aged.last() else { break };
            after = last.id;
            for delivery in aged.iter().filter(|delivery| delivery.finished) {
                rows += 1;
                bytes += u64::try_from(delivery.body_bytes).unwrap_or(0);
            }
        }
        Ok(DueRows {
            rows,
            bytes: Some(bytes),
            oldest,
        })
    }

    async fn due_done(&self, before: Before) -> Result<u64, StoreError> {
        let mut rows = 0;
        let mut after = (Timestamp::from_micros(i64::MIN), EventId::from(uuid::Uuid::nil()));
        loop {
            let aged = self.aged_done(before, after).await?;
            let Some(last) = aged.last() else { return Ok(rows) };
            after = (last.at, last.id);
            rows += aged.iter().filter(|event| event.untold).count() as u64;
        }
    }

    async fn due_dead(&self, before: Before) -> Result<u64, StoreError> {
        let mut rows = 0;
        let mut after = EventId::from(uuid::Uuid::nil());
        loop {
            let aged = self.aged_dead(before, after).await?;
            let Some(last) = aged.last() else { return Ok(rows) };
            after = last.id;
            rows += aged.iter().filter(|event| event.untold).count() as u64;
        }
    }

    async fn due_rows(
        &self,
        statement: &'static str,
        before: Option<Timestamp>,
    ) -> Result<DueRows, StoreError> {
        let before = before.unwrap_or(Timestamp::from_micros(i64::MIN));
        let query = self.db.query(statement).bind(before);
        let (rows, oldest): (i64, Option<Timestamp>) = query.one().await?;
        Ok(DueRows {
            rows: u64::try_from(rows).unwrap_or(0),
            bytes: None,
            oldest,
        })
    }

    async fn oldest(&self, statement: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let row: Option<(Timestamp,)> = self.db.query(statement).optional().await?;
        Ok(row.map(|(at,)| at))
    }
}

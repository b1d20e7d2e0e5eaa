//! One way through everything that was kept for its time.

use super::super::db::{Sql, Tx};
use super::super::{Store, StoreError};
use crate::domain::{ADDRESS_HOLDS, DeliveryId, EventId, Retention, Timestamp};

/// Rows removed so far, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retired {
    /// Entries of the feed.
    pub feed: u64,
    /// Refused deliveries.
    pub quarantine: u64,
    /// Deliveries.
    pub deliveries: u64,
    /// Events.
    pub events: u64,
    /// Calls to Graph.
    pub calls: u64,
    /// Uploaded files.
    pub uploads: u64,
}

impl Retired {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.feed + self.quarantine + self.deliveries + self.events + self.calls + self.uploads
    }
}

/// How far the removal has come. What becomes due while it runs is left to the next one.
#[derive(Clone, Debug)]
pub struct Sweep {
    before: Before,
    stage: Stage,
    /// What it removed so far.
    pub retired: Retired,
}

/// What is from before these times is removed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    pub(super) bodies: Option<Timestamp>,
    pub(super) events: Option<Timestamp>,
    pub(super) feed: Option<Timestamp>,
    pub(super) uploads: Option<Timestamp>,
    /// An address that Meta got before this does not hold any more.
    pub(super) addresses: Timestamp,
}

impl Before {
    pub(super) fn of(retention: &Retention, now: Timestamp) -> Self {
        Self {
            bodies: retention.bodies.before(now),
            events: retention.events_stay().before(now),
            feed: retention.feed.before(now),
            uploads: retention.uploads.before(now),
            addresses: now - ADDRESS_HOLDS,
        }
    }
}

/// Events after their deliveries: they stay as long as the bytes do.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Feed,
    Quarantine,
    Deliveries(DeliveryId),
    Done(Timestamp, EventId),
    Dead(EventId),
    Calls,
    Uploads,
    Through,
}

/// What a slice did, and from where to go on; `None`: there is no more.
pub(super) struct Slice<Place> {
    pub(super) removed: u64,
    pub(super) next: Option<Place>,
}

impl<Place> Slice<Place> {
    pub(super) const NOTHING: Self = Self {
        removed: 0,
        next: None,
    };
}

/// Only one process removes at a time, for as long as its slice's transaction lasts. SQLite has one writer.
const ALONE: Sql = Sql {
    sqlite: "SELECT TRUE",
    postgres: "SELECT pg_try_advisory_xact_lock(7224133915402741)",
};

impl Store {
    /// A way through all that is kept longer than this, at its beginning.
    pub fn sweep(&self, retention: &Retention) -> Sweep {
        Sweep {
            before: Before::of(retention, self.clock.now()),
            stage: Stage::Feed,
            retired: Retired::default(),
        }
    }

    /// Removes one slice; false once it is through, or another process is at it.
    pub async fn sweep_slice(&self, sweep: &mut Sweep) -> Result<bool, StoreError> {
        let (before, retired) = (sweep.before, &mut sweep.retired);
        sweep.stage = match sweep.stage {
            Stage::Feed => {
                let slice = self.retire_feed(before.feed).await?;
                retired.feed += slice.removed;
                slice.next.map_or(Stage::Quarantine, |()| Stage::Feed)
            }
            Stage::Quarantine => {
                let slice = self.retire_quarantine(before.bodies).await?;
                retired.quarantine += slice.removed;
                let deliveries = Stage::Deliveries(DeliveryId::from(uuid::Uuid::nil()));
                slice.next.map_or(deliveries, |()| Stage::Quarantine)
            }
            Stage::Deliveries(after) => {
                let slice = self.retire_deliveries(before.bodies, after).await?;
                retired.deliveries += slice.removed;
                let events = Stage::Done(Timestamp::from_micros(i64::MIN), EventId::from(uuid::Uuid::nil()));
                slice.next.map_or(events, Stage::Deliveries)
            }
            Stage::Done(at, id) => {
                let slice = self.retire_done(before, (at, id)).await?;
                retired.events += slice.removed;
                let dead = Stage::Dead(EventId::from(uuid::Uuid::nil()));
                slice.next.map_or(dead, |(at, id)| Stage::Done(at, id))
            }
            Stage::Dead(after) => {
                let slice = self.retire_dead(before, after).await?;
                retired.events += slice.removed;
                slice.next.map_or(Stage::Calls, Stage::Dead)
            }
            Stage::Calls => {
                let slice = self.retire_calls(before.events).await?;
                retired.calls += slice.removed;
                slice.next.map_or(Stage::Uploads, |()| Stage::Calls)
            }
            Stage::Uploads => {
                let slice = self.retire_uploads(before).await?;
                retired.uploads += slice.removed;
                slice.next.map_or(Stage::Through, |()| Stage::Uploads)
            }
            Stage::Through => Stage::Through,
        };
        Ok(!matches!(sweep.stage, Stage::Through))
    }

    /// A transaction to remove in; `None` while another process removes. To be committed even if nothing was done:
    /// dropped, it would keep others away until its connection is asked for again.
    pub(super) async fn begin_removing(&self) -> Result<Option<Tx>, StoreError> {
        let mut tx = self.db.begin().await?;
        let (alone,): (bool,) = tx.query(ALONE).one().await?;
        if alone {
            return Ok(Some(tx));
        }
        tx.commit().await?;
        Ok(None)
    }
}

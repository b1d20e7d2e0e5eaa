//! Lanes: one queue an account, claimed under a lease.
//!
//! `due_at` is a ticket in the queue of lanes. Whoever stores events rings (`arrivals` grows, the ticket
//! is set); whoever gives a lane back does so only if nothing arrived since it looked. That
//! compare-and-release is what makes a wake-up impossible to lose: under READ COMMITTED the re-checked
//! lane row shows new arrivals, where a subquery on events would not.

use std::time::Duration;

use super::db::{Ids, Sql, Tx};
use super::{Store, StoreError};
use crate::domain::{AccountKey, ParkedOn, Timestamp, WorkerId};

/// A lane that the caller holds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Lane {
    /// Whose it is.
    pub account_key: AccountKey,
    /// Grows with each claim: only the newest holder may settle.
    pub fence: i64,
    /// Arrivals seen when it was claimed.
    pub arrivals: i64,
}

/// How a lane is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Nothing is left that is due before this; `None`: nothing is left at all.
    Idle(Option<Timestamp>),
    /// Work is left: back to the tail of the queue.
    More,
    /// Not before this, whatever arrives.
    Rest(Timestamp),
    /// Not before this, unless so many more events arrive, or none any more.
    Gather {
        /// When the rest ends at the latest.
        until: Timestamp,
        /// Events that end it early.
        enough: i64,
    },
}

macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE lanes SET lease_until = $2, holder = $3, fence = fence + 1, rest_until = NULL, enough = NULL
            WHERE account_key = (
                SELECT l.account_key FROM lanes l
                WHERE l.due_at <= $1 AND (l.lease_until IS NULL OR l.lease_until < $1)
                ORDER BY l.due_at LIMIT 1 ",
            $lock,
            ") RETURNING account_key, fence, arrivals"
        )
    };
}

/// No two workers hold one lane: Postgres skips rows that another has locked, SQLite has one writer at a time.
const CLAIM: Sql = Sql {
    sqlite: claim!(""),
    postgres: claim!("FOR UPDATE OF l SKIP LOCKED"),
};

const RENEW: &str = "UPDATE lanes SET lease_until = $3 WHERE account_key = $1 AND fence = $2";

const FREE: &str =
    "UPDATE lanes SET lease_until = NULL, holder = NULL, fence = fence + 1 WHERE lease_until IS NOT NULL";

/// Due at one time, or at another if something arrived since it was claimed.
const RELEASE: &str =
    "UPDATE lanes SET lease_until = NULL, holder = NULL, rest_until = $3, enough = arrivals + $4,
        due_at = CASE WHEN parked_on IS NOT NULL THEN NULL WHEN arrivals = $5 THEN $6 ELSE $7 END
    WHERE account_key = $1 AND fence = $2";

/// Each arrival puts off the end of a rest in which events gather, up to its latest end.
const RING: &str = "UPDATE lanes SET arrivals = arrivals + $2, due_at = CASE
        WHEN parked_on IS NOT NULL THEN NULL
        WHEN rest_until > $3 AND enough IS NULL THEN rest_until
        WHEN rest_until > $3 AND arrivals + $2 < enough THEN CASE WHEN rest_until < $4 THEN rest_until ELSE $4 END
        WHEN due_at IS NULL OR due_at > $3 THEN $3
        ELSE due_at END
    WHERE account_key = $1";

/// Arrivals this far apart are no burst any more: what has gathered is worked on.
const QUIET: Duration = Duration::from_millis(200);

/// Another connection that works keeps the lane going.
const PARK: &str = "UPDATE lanes SET parked_on = $3, due_at = NULL WHERE account_key = $1 AND fence = $2
    AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.account_key = $1 AND c.state = 'active')";

const LEFT: &str = "SELECT
        CAST(COALESCE((SELECT SUM(pending) FROM event_counts WHERE account_key = $1), 0) AS BIGINT), arrivals - $2
    FROM lanes WHERE account_key = $1";

const HOLD: &str =
    "SELECT account_key FROM lanes WHERE account_key = ANY($1) ORDER BY account_key FOR UPDATE";

/// Holds lanes until the transaction ends, in one order for all. Whoever changes an account's events, objects or
/// connections has its lane first: nobody waits crosswise, and no state changes between being read and written.
pub(super) async fn hold(
    tx: &mut Tx,
    accounts: impl IntoIterator<Item = AccountKey>,
) -> Result<(), StoreError> {
    if tx.is_alone() {
        return Ok(());
    }
    let accounts = Ids::of(accounts.into_iter().map(AccountKey::uuid));
    let _held: Vec<(AccountKey,)> = tx.query(HOLD).bind(accounts).all().await?;
    Ok(())
}

/// Rings a lane for events just stored, in their transaction.
pub(super) async fn ring(
    tx: &mut Tx,
    account: AccountKey,
    arrivals: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.query(RING)
        .bind(account)
        .bind(arrivals)
        .bind(now)
        .bind(now + QUIET)
        .execute()
        .await?;
    Ok(())
}

/// Frees a lane whose connections changed: what it was parked on or rested for may hold no more. Due at once.
pub(super) async fn unpark(tx: &mut Tx, account: AccountKey, now: Timestamp) -> Result<(), StoreError> {
    tx.query(
        "INSERT INTO lanes (account_key, due_at, arrivals) VALUES ($1, $2, 1)
        ON CONFLICT (account_key) DO UPDATE SET parked_on = NULL, rest_until = NULL, enough = NULL,
            due_at = excluded.due_at, arrivals = lanes.arrivals + 1",
    )
    .bind(account)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Keeps the lease, first statement of every write that depends on it.
pub(super) async fn renew(tx: &mut Tx, lane: &Lane, until: Timestamp) -> Result<(), StoreError> {
    match tx
        .query(RENEW)
        .bind(lane.account_key)
        .bind(lane.fence)
        .bind(until)
        .execute()
        .await?
    {
        0 => Err(StoreError::LeaseLost),
        _ => Ok(()),
    }
}

/// Parks a lane that the caller holds.
pub(super) async fn park(tx: &mut Tx, lane: &Lane, on: &ParkedOn) -> Result<(), StoreError> {
    tx.query(PARK)
        .bind(lane.account_key)
        .bind(lane.fence)
        .bind(on.to_string())
        .execute()
        .await?;
    Ok(())
}

impl Store {
    /// Claims the lane with the earliest ticket, if one is due.
    pub async fn claim_lane(&self, holder: WorkerId, lease: Duration) -> Result<Option<Lane>, StoreError> {
        let now = self.clock.now();
        // Looks before it asks for the writer: most of the time nothing is due.
        if self.next_ticket().await?.is_none_or(|due| due > now) {
            return Ok(None);
        }
        let mut tx = self.db.begin().await?;
        let lane = tx
            .query(CLAIM)
            .bind(now)
            .bind(now + lease)
            .bind(holder)
            .optional()
            .await?;
        tx.commit().await?;
        Ok(lane)
    }

    /// Frees the lanes of a process that is no more. Where a process has the database to itself, what is held when it
    /// starts is held by nobody; elsewhere the leases tell, and nothing is done. Gives how many were freed.
    pub async fn free_lanes(&self) -> Result<u64, StoreError> {
        if !self.is_embedded() {
            return Ok(0);
        }
        let mut tx = self.db.begin().await?;
        let freed = tx.query(FREE).execute().await?;
        tx.commit().await?;
        Ok(freed)
    }

    /// When the next lane that nobody holds has its ticket.
    pub async fn next_ticket(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = self.db.query(
            "SELECT due_at FROM lanes WHERE due_at IS NOT NULL AND (lease_until IS NULL OR lease_until < $1)
            ORDER BY due_at LIMIT 1",
        );
        let row: Option<(Timestamp,)> = query.bind(self.clock.now()).optional().await?;
        Ok(row.map(|(due,)| due))
    }

    /// Gives a lane back. If something arrived since it was claimed it is due again at once, unless it rests.
    pub async fn release_lane(&self, lane: &Lane, release: Release) -> Result<(), StoreError> {
        let now = self.clock.now();
        // When it is due, and when if something arrived since it was claimed.
        let (due, rung, rest, enough) = match release {
            Release::Idle(next) => (next, now, None, None),
            Release::More => (Some(now), now, None, None),
            Release::Rest(until) => (Some(until), until, Some(until), None),
            Release::Gather { until, enough } => {
                let quiet = until.min(now + QUIET);
                (Some(quiet), quiet, Some(until), Some(enough))
            }
        };
        let mut tx = self.db.begin().await?;
        let query = tx.query(RELEASE).bind(lane.account_key).bind(lane.fence);
        let query = query
            .bind(rest)
            .bind(enough)
            .bind(lane.arrivals)
            .bind(due)
            .bind(rung);
        if query.execute().await? == 0 {
            return Err(StoreError::LeaseLost);
        }
        Ok(tx.commit().await?)
    }

    /// How many events of a held lane wait, and how many came since it was claimed.
    pub async fn left(&self, lane: &Lane) -> Result<(i64, i64), StoreError> {
        let query = self.db.query(LEFT).bind(lane.account_key).bind(lane.arrivals);
        Ok(query.optional().await?.unwrap_or_default())
    }

    /// Parks a lane that has no connection to work with.
    pub async fn park_lane(&self, lane: &Lane, on: &ParkedOn) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        park(&mut tx, lane, on).await?;
        Ok(tx.commit().await?)
    }

    /// When the next lane has its ticket, held or not.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = self
            .db
            .query("SELECT due_at FROM lanes WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1");
        let row: Option<(Timestamp,)> = query.optional().await?;
        Ok(row.map(|(due,)| due))
    }
}

//! Sums kept as rows: deliveries by what became of them, events by account, field and state.

use std::collections::BTreeMap;

use super::StoreError;
use super::db::Tx;
use crate::domain::{AccountKey, Field, Outcome, State, Timestamp};

pub(super) const UNPACKED: &str = "deliveries.unpacked";
pub(super) const UNREADABLE: &str = "deliveries.unreadable";
pub(super) const RETIRED: &str = "deliveries.retired";
pub(super) const FEED_RETIRED: &str = "feed.retired";
pub(super) const QUARANTINED: &str = "deliveries.quarantined";
pub(super) const CALLS: &str = "graph.calls";
pub(super) const ENRICHED: &str = "events.enriched";

const ADD: &str = "INSERT INTO counters (name, shard, value) VALUES ($1, $2, $3)
    ON CONFLICT (name, shard) DO UPDATE SET value = counters.value + excluded.value";

/// Adds to a counter of the installation.
pub(super) async fn add(tx: &mut Tx, shard: i64, name: &'static str, by: usize) -> sqlx::Result<()> {
    change(tx, shard, name, i64::try_from(by).unwrap_or(i64::MAX)).await
}

/// Takes from one counter and adds to another.
pub(super) async fn moved(
    tx: &mut Tx,
    shard: i64,
    from: &'static str,
    to: &'static str,
    by: u64,
) -> sqlx::Result<()> {
    let by = i64::try_from(by).unwrap_or(i64::MAX);
    change(tx, shard, from, -by).await?;
    change(tx, shard, to, by).await
}

async fn change(tx: &mut Tx, shard: i64, name: &'static str, by: i64) -> sqlx::Result<()> {
    if by != 0 {
        tx.query(ADD)
            .bind(name.to_owned())
            .bind(shard)
            .bind(by)
            .execute()
            .await?;
    }
    Ok(())
}

/// Measures an event that is finished, wherever that happens.
pub(super) fn finished(outcome: Outcome, received_at: Timestamp, now: Timestamp) {
    metrics::counter!("belino_events_settled_total", "outcome" => outcome.as_str()).increment(1);
    metrics::histogram!("belino_lag_seconds", "stage" => "received_to_done")
        .record(now.since(received_at).as_secs_f64());
}

/// Events by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// To be processed now.
    pub pending: i64,
    /// To be tried at a known time.
    pub waiting: i64,
    /// Held until something changes.
    pub parked: i64,
    /// Finished.
    pub done: i64,
    /// Given up.
    pub dead: i64,
    /// Finished or given up, and removed since.
    pub retired: i64,
}

impl Counts {
    /// All that there ever were.
    pub const fn total(&self) -> i64 {
        self.pending + self.waiting + self.parked + self.done + self.dead + self.retired
    }

    /// Adds `by` to the count of `state`.
    pub const fn add(&mut self, state: State, by: i64) {
        *self.of(state) += by;
    }

    const fn of(&mut self, state: State) -> &mut i64 {
        match state {
            State::Pending => &mut self.pending,
            State::Waiting => &mut self.waiting,
            State::Parked => &mut self.parked,
            State::Done => &mut self.done,
            State::Dead => &mut self.dead,
        }
    }

    /// Adds another's counts to these.
    pub const fn merge(&mut self, other: &Self) {
        self.pending += other.pending;
        self.waiting += other.waiting;
        self.parked += other.parked;
        self.done += other.done;
        self.dead += other.dead;
        self.retired += other.retired;
    }
}

/// Changes of counts, collected in a transaction and written in one sorted go: sorted, so that two
/// transactions never wait for each other crosswise.
#[derive(Default)]
pub(super) struct CountChanges(BTreeMap<(AccountKey, Field), Change>);

#[derive(Default, PartialEq, Eq)]
struct Change {
    counts: Counts,
    /// When the last of the new events came.
    last_at: Option<Timestamp>,
}

/// What follows `VALUES` or `SELECT` of rows that are added to those which are there.
macro_rules! add_counts {
    ($rows:literal) => {
        concat!(
            "INSERT INTO event_counts (account_key, field, pending, waiting, parked, done, dead, retired, last_at) ",
            $rows,
            " ON CONFLICT (account_key, field) DO UPDATE SET
                pending = event_counts.pending + excluded.pending, waiting = event_counts.waiting + excluded.waiting,
                parked = event_counts.parked + excluded.parked, done = event_counts.done + excluded.done,
                dead = event_counts.dead + excluded.dead, retired = event_counts.retired + excluded.retired,
                last_at = CASE WHEN event_counts.last_at > COALESCE(excluded.last_at, 0)
                    THEN event_counts.last_at ELSE excluded.last_at END"
        )
    };
}

pub(super) use add_counts;

const CHANGE: &str = add_counts!("VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

impl CountChanges {
    fn add(&mut self, account: AccountKey, field: &Field, state: State, by: i64) {
        self.of(account, field).counts.add(state, by);
    }

    /// A new event.
    pub(super) fn came(&mut self, account: AccountKey, field: &Field, state: State, at: Timestamp) {
        let change = self.of(account, field);
        change.counts.add(state, 1);
        change.last_at = change.last_at.max(Some(at));
    }

    fn of(&mut self, account: AccountKey, field: &Field) -> &mut Change {
        self.0.entry((account, field.clone())).or_default()
    }

    pub(super) fn moved(&mut self, account: AccountKey, field: &Field, from: State, to: State) {
        self.add(account, field, from, -1);
        self.add(account, field, to, 1);
    }

    /// An event that was in this state is there no more.
    pub(super) fn retired(&mut self, account: AccountKey, field: &Field, from: State) {
        self.add(account, field, from, -1);
        self.of(account, field).counts.retired += 1;
    }

    pub(super) async fn write(self, tx: &mut Tx) -> Result<(), StoreError> {
        for ((account, field), change) in self.0 {
            if change == Change::default() {
                continue;
            }
            let counts = change.counts;
            tx.query(CHANGE)
                .bind(account)
                .bind(field.to_string())
                .bind(counts.pending)
                .bind(counts.waiting)
                .bind(counts.parked)
                .bind(counts.done)
                .bind(counts.dead)
                .bind(counts.retired)
                .bind(change.last_at)
                .execute()
                .await?;
        }
        Ok(())
    }
}

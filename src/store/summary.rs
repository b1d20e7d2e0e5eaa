//! How everything stands, at the cost of the number of lanes, not of events.

use std::collections::BTreeMap;

use super::db::OF_WORKSPACE;
use super::{Counts, Store, StoreError, counts};
use crate::domain::{AccountKey, Timestamp, WorkspaceId};

/// Events by field, as shown: what is pending in a parked lane counts as parked.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// All events.
    pub events: Counts,
    /// By field.
    pub fields: BTreeMap<String, Counts>,
    /// Deliveries and calls by counter: `deliveries.received`, `graph.calls`, … Of a workspace the calls of its
    /// accounts only, among the installation's last ones.
    pub counters: BTreeMap<String, i64>,
}

/// How long events took, of the last ones done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lag {
    /// From received to done, the middle one, in microseconds.
    pub done_p50_us: Option<i64>,
    /// From received to done, 95 of 100 took no longer, in microseconds.
    pub done_p95_us: Option<i64>,
    /// When the oldest event that is due came.
    pub oldest_due: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct FieldCounts {
    field: String,
    parked_on: Option<String>,
    #[sqlx(flatten)]
    counts: Counts,
}

const COUNTS: &str = "SELECT c.field, l.parked_on, c.pending, c.waiting, c.parked, c.done, c.dead, c.retired
    FROM event_counts c LEFT JOIN lanes l ON l.account_key = c.account_key
        LEFT JOIN accounts a ON a.key = c.account_key WHERE ";

/// Of a bounded number, so that asking costs the same however many there are.
const LAG: &str =
    "SELECT e.took FROM (SELECT account_key, done_at, done_at - received_at AS took FROM webhook_events
        WHERE state = 'done' ORDER BY done_at DESC LIMIT 5000) AS e
    LEFT JOIN accounts a ON a.key = e.account_key WHERE TRUE";

/// What was received is what was read, well or not, what was removed since, and what waits to be read: the ledger writes no sum of its own.
const COUNTERS: &str = "SELECT c.name, CAST(SUM(c.value) AS BIGINT) AS value FROM (
        SELECT name, value FROM counters
        UNION ALL SELECT 'deliveries.received', value FROM counters WHERE name IN ('deliveries.unpacked', 'deliveries.unreadable', 'deliveries.retired')
        UNION ALL SELECT 'deliveries.received', COUNT(*) FROM unpack_queue
    ) AS c GROUP BY c.name";

/// Of a bounded number, too.
const CALLS: &str = "SELECT COUNT(*) AS made, CAST(COALESCE(SUM(c.settled), 0) AS BIGINT) AS enriched
    FROM (SELECT account_key, settled FROM graph_calls ORDER BY id DESC LIMIT 5000) AS c
    JOIN accounts a ON a.key = c.account_key WHERE ";

impl Store {
    /// Everything, or one workspace's events.
    pub async fn summary(&self, workspace: Option<WorkspaceId>) -> Result<Summary, StoreError> {
        let query = self.db.query(COUNTS);
        let query = match workspace {
            Some(workspace) => query.push_bind("a.workspace_id = ", workspace),
            None => query.push("TRUE"),
        };
        let mut summary = Summary::default();
        let rows: Vec<FieldCounts> = query.all().await?;
        for mut row in rows {
            if row.parked_on.is_some() {
                row.counts.parked += row.counts.pending + row.counts.waiting;
                (row.counts.pending, row.counts.waiting) = (0, 0);
            }
            summary.events.merge(&row.counts);
            summary.fields.entry(row.field).or_default().merge(&row.counts);
        }
        summary.counters = match workspace {
            Some(workspace) => self.calls_of(workspace).await?,
            None => self.counters().await?,
        };
        Ok(summary)
    }

    async fn counters(&self) -> Result<BTreeMap<String, i64>, StoreError> {
        let counters: Vec<(String, i64)> = self.db.query(COUNTERS).all().await?;
        Ok(counters.into_iter().collect())
    }

    async fn calls_of(&self, workspace: WorkspaceId) -> Result<BTreeMap<String, i64>, StoreError> {
        let query = self.db.query(CALLS).push_bind("a.workspace_id = ", workspace);
        let (made, enriched): (i64, i64) = query.one().await?;
        let counters = [(counts::CALLS, made), (counts::ENRICHED, enriched)];
        Ok(counters.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// How long the last events took, and how old the oldest due one is.
    pub async fn lag(&self, workspace: Option<WorkspaceId>) -> Result<Lag, StoreError> {
        let mut query = self.db.query(LAG);
        if let Some(workspace) = workspace {
            query = query.push_bind(OF_WORKSPACE, workspace);
        }
        let rows: Vec<(i64,)> = query.push(" ORDER BY e.done_at DESC LIMIT 200").all().await?;
        let mut took: Vec<i64> = rows.into_iter().map(|(took,)| took).collect();
        took.sort_unstable();
        let at = |share: usize| {
            took.get((took.len() * share / 100).min(took.len().saturating_sub(1)))
                .copied()
        };
        let (done_p50_us, done_p95_us) = (at(50), at(95));
        let oldest_due = self.next_due().await?.filter(|due| *due <= self.clock.now());
        Ok(Lag {
            done_p50_us,
            done_p95_us,
            oldest_due,
        })
    }

    /// An account's events by state, as counted.
    pub async fn counts(&self, account: AccountKey) -> Result<Counts, StoreError> {
        let query = self.db.query(
            "SELECT pending, waiting, parked, done, dead, retired FROM event_counts WHERE account_key = $1",
        );
        let rows: Vec<Counts> = query.bind(account).all().await?;
        Ok(rows.iter().fold(Counts::default(), |mut sum, row| {
            sum.merge(row);
            sum
        }))
    }

    /// When an account's last event came.
    pub async fn last_event(&self, account: AccountKey) -> Result<Option<Timestamp>, StoreError> {
        let query = self
            .db
            .query("SELECT received_at FROM webhook_events WHERE account_key = $1 ORDER BY id DESC LIMIT 1");
        let row: Option<(Timestamp,)> = query.bind(account).optional().await?;
        Ok(row.map(|(at,)| at))
    }

    /// Compares the kept counts with the rows themselves; true if they agree. Costs a scan: for tests and audits.
    pub async fn counts_are_true(&self) -> Result<bool, StoreError> {
        let query = self.db.query(
            "SELECT account_key, field, state, COUNT(*) AS n FROM webhook_events GROUP BY account_key, field, state",
        );
        let rows: Vec<(AccountKey, String, crate::domain::State, i64)> = query.all().await?;
        let mut counted: BTreeMap<(AccountKey, String), Counts> = BTreeMap::new();
        for (account, field, state, n) in rows {
            counted.entry((account, field)).or_default().add(state, n);
        }
        let query = self
            .db
            .query("SELECT account_key, field, pending, waiting, parked, done, dead FROM event_counts");
        let rows: Vec<(AccountKey, String, i64, i64, i64, i64, i64)> = query.all().await?;
        let kept: BTreeMap<(AccountKey, String), Counts> = rows
            .into_iter()
            .map(|(account, field, pending, waiting, parked, done, dead)| {
                (
                    (account, field),
                    Counts {
                        pending,
                        waiting,
                        parked,
                        done,
                        dead,
                        retired: 0,
                    },
                )
            })
            .filter(|(_, counts)| counts.total() != 0 || *counts != Counts::default())
            .collect();
        Ok(kept == counted)
    }
}

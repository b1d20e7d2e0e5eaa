//! Tries that failed, and every call made to Graph.

use super::db::{Bulk, Ids, Tx, in_ids};
use super::{PoolUse, Store, StoreError, counts, pools};
use crate::domain::{AccountKey, CallId, EventId, Timestamp};

/// A try that failed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AttemptRecord {
    /// The first is 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// By which call; none if the handler itself failed.
    pub call_id: Option<CallId>,
    /// The class of the error.
    pub class: String,
    /// Meta's code.
    pub code: Option<i64>,
    /// Meta's subcode.
    pub subcode: Option<i64>,
    /// Meta's words.
    pub message: String,
    /// Meta's trace id.
    pub trace_id: Option<String>,
    /// What was decided.
    pub decision: String,
}

/// A call that was made.
#[derive(Clone, Debug)]
pub struct CallRecord {
    /// Its id.
    pub id: CallId,
    /// When it began.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, without version and token.
    pub path: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<i64>,
    /// The class of its error; none if it succeeded.
    pub class: Option<String>,
    /// How long it took, in microseconds.
    pub duration_us: i64,
    /// How many events it settled.
    pub settled: i64,
}

/// A call as it stands in the store.
#[derive(Clone, Debug, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of graph_calls, documented at CallRecord")]
pub struct CallRow {
    pub id: CallId,
    pub at: Timestamp,
    pub method: String,
    pub path: String,
    pub status: Option<i64>,
    pub class: Option<String>,
    pub duration_us: i64,
    pub settled: i64,
}

const CALL: Bulk = Bulk {
    head: "INSERT INTO graph_calls (id, account_key, at, method, path, status, class, duration_us, settled)",
    columns: 9,
    tail: "ON CONFLICT DO NOTHING",
};

/// Writes calls made for an account.
pub(super) async fn record_calls(
    tx: &mut Tx,
    account: AccountKey,
    calls: &[CallRecord],
) -> Result<(), StoreError> {
    tx.bulk(&CALL, calls, |row, call| {
        row.bind(call.id)
            .bind(account)
            .bind(call.at)
            .bind(call.method.to_owned())
            .bind(call.path.clone())
            .bind(call.status)
            .bind(call.class.clone())
            .bind(call.duration_us)
            .bind(call.settled)
    })
    .await?;
    Ok(())
}

const ATTEMPT: &str = "INSERT INTO attempts (event_id, number, at, call_id, class, code, subcode, message, trace_id, decision)
    SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM attempts WHERE event_id = $1";

/// Writes that a try for an event failed; its number is the next free one.
pub(super) async fn record_attempt(
    tx: &mut Tx,
    event: EventId,
    attempt: AttemptRecord,
) -> Result<(), StoreError> {
    tx.query(ATTEMPT)
        .bind(event)
        .bind(attempt.at)
        .bind(attempt.call_id)
        .bind(attempt.class)
        .bind(attempt.code)
        .bind(attempt.subcode)
        .bind(attempt.message)
        .bind(attempt.trace_id)
        .bind(attempt.decision)
        .execute()
        .await?;
    Ok(())
}

impl Store {
    /// Writes calls that no lane made, and what they told of pools; counted even where it is unknown whose they were.
    pub async fn note_calls(
        &self,
        account: Option<AccountKey>,
        calls: &[CallRecord],
        pools: Vec<PoolUse>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        if let Some(account) = account {
            record_calls(&mut tx, account, calls).await?;
        }
        counts::add(&mut tx, self.shard, counts::CALLS, calls.len()).await?;
        pools::merge(&mut tx, pools, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// An event's failed tries, oldest first.
    pub async fn attempts(&self, event: EventId) -> Result<Vec<AttemptRecord>, StoreError> {
        let query = self.db.query(
            "SELECT number, at, call_id, class, code, subcode, message, trace_id, decision
            FROM attempts WHERE event_id = $1 ORDER BY number",
        );
        Ok(query.bind(event).all().await?)
    }

    /// How often an event was answered that its object may not exist.
    pub async fn suspicions(&self, event: EventId) -> Result<u32, StoreError> {
        let query = self
            .db
            .query("SELECT COUNT(*) FROM attempts WHERE event_id = $1 AND class = 'gone-suspected'");
        let row: (i64,) = query.bind(event).one().await?;
        Ok(u32::try_from(row.0).unwrap_or(u32::MAX))
    }

    /// Calls by id, oldest first.
    pub async fn calls(&self, ids: impl IntoIterator<Item = CallId>) -> Result<Vec<CallRow>, StoreError> {
        let query = self.db.query(in_ids!(
            "SELECT id, at, method, path, status, class, duration_us, settled FROM graph_calls WHERE id",
            "$1",
            " ORDER BY id"
        ));
        Ok(query
            .bind(Ids::of(ids.into_iter().map(CallId::uuid)))
            .all()
            .await?)
    }
}

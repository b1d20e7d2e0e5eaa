//! Appending deliveries: the one write that somebody outside waits for.

use std::sync::Arc;

use rusqlite::Transaction;

use super::db::number;
use super::{Store, StoreError, counts};
use crate::domain::{DeliveryId, Timestamp};

/// A verified delivery to be kept.
#[derive(Clone, Debug)]
pub struct Append {
    /// Its id, made when it came.
    pub id: DeliveryId,
    /// When its last byte came.
    pub received_at: Timestamp,
    /// The label of the secret that matched.
    pub signed_by: Arc<str>,
    /// The kept headers, as a JSON object.
    pub headers: Vec<u8>,
    /// The bytes, as they came.
    pub body: bytes::Bytes,
}

/// The delivery itself, and its place in the queue of those to be read.
const KEEP: &str =
    "INSERT INTO deliveries (id, received_at, signed_by, headers, body) VALUES ($1, $2, $3, $4, $5)";
const QUEUE: &str = "INSERT INTO unpack_queue (delivery_id) VALUES ($1)";

/// The same on Postgres for all of them, a column each parameter.
const KEEP_ALL: &str = "WITH kept AS (
        INSERT INTO deliveries (id, received_at, signed_by, headers, body)
        SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::text[], $4::bytea[], $5::bytea[]) RETURNING id)
    INSERT INTO unpack_queue (delivery_id) SELECT id FROM kept";

const PROBE: &str = "INSERT INTO counters (name, shard, value) VALUES ($1, $2, 0)
    ON CONFLICT (name, shard) DO UPDATE SET value = counters.value";

impl Store {
    /// An id for a delivery that came now, in the form that suits the database.
    pub fn delivery_id(&self, now: Timestamp) -> DeliveryId {
        if self.is_embedded() {
            DeliveryId::numbered(now)
        } else {
            DeliveryId::at(now)
        }
    }

    /// Keeps all of them durably, or none.
    pub async fn append(&self, batch: &[Append]) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        let kept = self.db.write_apart(
            batch.len(),
            |tx| keep(tx, batch),
            KEEP_ALL,
            |query| {
                query
                    .bind_array(batch.iter().map(|append| append.id).collect())
                    .bind_array(batch.iter().map(|append| append.received_at).collect())
                    .bind_array(batch.iter().map(|append| &*append.signed_by).collect())
                    .bind_array(batch.iter().map(|append| append.headers.as_slice()).collect())
                    .bind_array(batch.iter().map(|append| &*append.body).collect())
            },
        );
        Ok(kept.await?)
    }

    /// Commits a write that changes nothing, to learn whether deliveries could be kept now.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let probed = self.db.write_apart(
            0,
            |tx| tx.execute(PROBE, (counts::UNPACKED, self.shard)).map(drop),
            PROBE,
            |query| query.bind(counts::UNPACKED.to_owned()).bind(self.shard),
        );
        Ok(probed.await?)
    }
}

fn keep(tx: &Transaction<'_>, batch: &[Append]) -> rusqlite::Result<()> {
    let (mut keep, mut queue) = (tx.prepare_cached(KEEP)?, tx.prepare_cached(QUEUE)?);
    for append in batch {
        let id = number(append.id);
        let (at, by) = (append.received_at.micros(), &*append.signed_by);
        keep.execute((id, at, by, append.headers.as_slice(), &*append.body))?;
        queue.execute((id,))?;
    }
    Ok(())
}

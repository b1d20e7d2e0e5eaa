//! Deliveries lose their bytes: of those what stays is a hash, a length and the time.
//!
//! Only once they have been read: what they bring other accounts must become events first.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::super::db::{Bulk, DeliveryIds, Tx, in_list};
use super::super::{Store, StoreError};
use super::counts::{self, DELIVERIES};
use crate::domain::{DeliveryId, ErasureId};

/// Deliveries in one transaction.
const AT_ONCE: i64 = 16;
/// Bytes in one transaction, give or take one body.
const BYTES_AT_ONCE: i64 = 1024 * 1024;

#[derive(sqlx::FromRow)]
struct Ready {
    delivery_id: DeliveryId,
    /// None if the delivery is gone already, or has no bytes any more.
    bytes: Option<i64>,
}

const QUEUE: Bulk = Bulk {
    head: "INSERT INTO redaction_queue (delivery_id, erasure_id)",
    columns: 2,
    tail: "ON CONFLICT DO NOTHING",
};

/// One that was redacted before and is named again needs nothing.
const READY: &str = "SELECT r.delivery_id, CAST(octet_length(d.body) AS BIGINT) AS bytes
    FROM redaction_queue r LEFT JOIN deliveries d ON d.id = r.delivery_id
        AND NOT EXISTS (SELECT 1 FROM redacted_deliveries b WHERE b.delivery_id = r.delivery_id)
    WHERE NOT EXISTS (SELECT 1 FROM unpack_queue q WHERE q.delivery_id = r.delivery_id)
    ORDER BY r.delivery_id LIMIT $1";

const BODY: &str = "SELECT body FROM deliveries WHERE id = $1";

const REDACT: &str = "UPDATE deliveries SET body = $2 WHERE id = $1";

const NOTE: &str = "INSERT INTO redacted_deliveries (delivery_id, redacted_at, body_bytes, body_sha256)
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

/// These deliveries will lose their bytes.
pub(super) async fn queue(
    tx: &mut Tx,
    erasure: Option<ErasureId>,
    deliveries: BTreeSet<DeliveryId>,
) -> Result<(), StoreError> {
    let deliveries: Vec<DeliveryId> = deliveries.into_iter().collect();
    tx.bulk(&QUEUE, &deliveries, |row, id| row.bind(*id).bind(erasure))
        .await?;
    Ok(())
}

impl Store {
    /// Takes the bytes of a few deliveries that have been read; false if there are none.
    pub(super) async fn redact_slice(&self) -> Result<bool, StoreError> {
        let ready: Vec<Ready> = self.db.query(READY).bind(AT_ONCE).all().await?;
        if ready.is_empty() {
            return Ok(false);
        }
        let slice = first_bytes(ready);
        let mut tx = self.db.begin().await?;
        // First of all: of several processes one gets a delivery.
        let query = tx.query(in_list!(
            "DELETE FROM redaction_queue WHERE delivery_id",
            "$1",
            " RETURNING delivery_id, erasure_id"
        ));
        let ids = DeliveryIds::of(slice.iter().map(|ready| ready.delivery_id));
        let ours: Vec<(DeliveryId, Option<ErasureId>)> = query.bind(ids).all().await?;
        let mut redacted = Vec::new();
        for (id, erasure) in ours {
            let has_bytes = |ready: &Ready| ready.delivery_id == id && ready.bytes.is_some();
            if slice.iter().any(has_bytes) && self.redact(&mut tx, id).await? {
                redacted.extend(erasure);
            }
        }
        for erasure in redacted {
            counts::add(&mut tx, erasure, DELIVERIES, 1).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// False if the delivery went meanwhile.
    async fn redact(&self, tx: &mut Tx, id: DeliveryId) -> Result<bool, StoreError> {
        let found: Option<(Vec<u8>,)> = tx.query(BODY).bind(id).optional().await?;
        let Some((body,)) = found else { return Ok(false) };
        tx.query(REDACT).bind(id).bind(Vec::<u8>::new()).execute().await?;
        tx.query(NOTE)
            .bind(id)
            .bind(self.clock.now())
            .bind(i64::try_from(body.len()).unwrap_or(i64::MAX))
            .bind(hex::encode(Sha256::digest(&body)))
            .execute()
            .await?;
        Ok(true)
    }
}

/// As many as have so many bytes together.
fn first_bytes(ready: Vec<Ready>) -> Vec<Ready> {
    let mut bytes = 0;
    let fits = |ready: &Ready| {
        let before = bytes;
        bytes += ready.bytes.unwrap_or(0);
        before < BYTES_AT_ONCE
    };
    ready.into_iter().take_while(fits).collect()
}

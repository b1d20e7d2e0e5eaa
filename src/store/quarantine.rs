//! What could not be verified, kept for the doctor in a ring of bounded size.

use super::{PageRequest, Store, StoreError, counts};
use crate::domain::{DeliveryId, Timestamp};

/// Most rows kept.
const RING_ROWS: i64 = 1_000;

/// A delivery that was refused.
#[derive(Clone, Debug)]
pub struct Quarantined {
    /// Its id.
    pub id: DeliveryId,
    /// When it came.
    pub received_at: Timestamp,
    /// The code it was refused with.
    pub reason: &'static str,
    /// The kept headers, as a JSON object.
    pub headers: Vec<u8>,
    /// Its bytes, cut off at a bound.
    pub body: Vec<u8>,
    /// How many bytes it had.
    pub body_bytes: i64,
}

/// A refused delivery, as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QuarantineRow {
    /// Its id.
    pub id: DeliveryId,
    /// When it came.
    pub received_at: Timestamp,
    /// The code it was refused with.
    pub reason: String,
    /// The kept headers, as a JSON object.
    pub headers: Vec<u8>,
    /// How many bytes it had.
    pub body_bytes: i64,
    /// Its bytes, cut off at the quarantine's bound.
    pub body: Vec<u8>,
}

const INSERT: &str = "INSERT INTO quarantine (id, received_at, reason, headers, body, body_bytes) VALUES ($1, $2, $3, $4, $5, $6)";
const TRIM: &str =
    "DELETE FROM quarantine WHERE id <= (SELECT id FROM quarantine ORDER BY id DESC LIMIT 1 OFFSET $1)";
const LIST: &str = "SELECT id, received_at, reason, headers, body_bytes, body FROM quarantine WHERE id ";
const ONE: &str = "SELECT id, received_at, reason, headers, body_bytes, body FROM quarantine WHERE id = $1";

impl Store {
    /// Keeps refused deliveries; the oldest give way.
    pub async fn quarantine(&self, batch: Vec<Quarantined>) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        counts::add(&mut tx, self.shard, counts::QUARANTINED, batch.len()).await?;
        for row in batch {
            tx.query(INSERT)
                .bind(row.id)
                .bind(row.received_at)
                .bind(row.reason.to_owned())
                .bind(row.headers)
                .bind(row.body)
                .bind(row.body_bytes)
                .execute()
                .await?;
        }
        tx.query(TRIM).bind(RING_ROWS).execute().await?;
        Ok(tx.commit().await?)
    }

    /// A page of what is in quarantine, newest first.
    pub async fn quarantined(&self, page: PageRequest) -> Result<Vec<QuarantineRow>, StoreError> {
        let query = self.db.query(LIST);
        let query = match page.after {
            Some(after) => query.push_bind("< ", DeliveryId::from(after)),
            None => query.push("IS NOT NULL"),
        };
        Ok(query
            .push_bind(" ORDER BY id DESC LIMIT ", page.limit)
            .all()
            .await?)
    }

    /// One refused delivery.
    pub async fn quarantined_one(&self, id: DeliveryId) -> Result<QuarantineRow, StoreError> {
        self.db
            .query(ONE)
            .bind(id)
            .optional()
            .await?
            .ok_or(StoreError::NotFound("delivery"))
    }

    /// A refused delivery's bytes, cut off at the quarantine's bound.
    pub async fn quarantined_body(&self, id: DeliveryId) -> Result<Vec<u8>, StoreError> {
        Ok(self.quarantined_one(id).await?.body)
    }
}

//! Reading the ledger, and what became of each delivery.

use super::db::{Ids, Turn, in_ids};
use super::{PageRequest, Store, StoreError, counts};
use crate::domain::{DeliveryId, Timestamp};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum DeliveryState {
    /// Kept, not read yet.
    Received,
    /// Its items are events.
    Unpacked,
    /// It could not be read; the reason is beside it.
    Unreadable,
}

/// A delivery without its bytes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// When its last byte came.
    pub received_at: Timestamp,
    /// The label of the secret that matched.
    pub signed_by: String,
    /// The kept headers, as a JSON object.
    pub headers: Vec<u8>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Why it could not be read.
    pub reason: Option<String>,
    /// When it was read.
    pub unpacked_at: Option<Timestamp>,
    /// The length of its body in bytes.
    pub body_bytes: i64,
}

/// A delivery to be unpacked.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReceivedDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// When its last byte came.
    pub received_at: Timestamp,
    /// Its bytes.
    pub body: Vec<u8>,
    /// How often unpacking it failed.
    pub tries: i64,
}

const COLUMNS: &str = "SELECT id, received_at, signed_by, headers, state, reason, unpacked_at,
    CAST(octet_length(body) AS BIGINT) AS body_bytes FROM deliveries WHERE ";

const RECEIVED: &str =
    "SELECT id, received_at, body, tries FROM deliveries WHERE state = 'received' ORDER BY id LIMIT $1";

const RANGE: &str = "SELECT id, received_at, body, tries FROM deliveries
    WHERE id > $1 AND received_at >= $2 AND received_at < $3 ORDER BY id LIMIT $4";

impl Store {
    /// The oldest deliveries that nobody has read yet.
    pub async fn received(&self, limit: i64) -> Result<Vec<ReceivedDelivery>, StoreError> {
        Ok(self.db.query(RECEIVED).bind(limit).all().await?)
    }

    /// Deliveries that came in a span of time, oldest first, after `after`: to read them again.
    pub async fn deliveries_between(
        &self,
        after: Option<DeliveryId>,
        since: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<ReceivedDelivery>, StoreError> {
        let after = after.unwrap_or(DeliveryId::from(uuid::Uuid::nil()));
        Ok(self
            .db
            .query(RANGE)
            .bind(after)
            .bind(since)
            .bind(until)
            .bind(limit)
            .all()
            .await?)
    }

    /// One delivery.
    pub async fn delivery(&self, id: DeliveryId) -> Result<Delivery, StoreError> {
        self.db
            .query(COLUMNS)
            .push_bind("id = ", id)
            .optional()
            .await?
            .ok_or(StoreError::NotFound("delivery"))
    }

    /// A delivery's bytes, as they came.
    pub async fn delivery_body(&self, id: DeliveryId) -> Result<Vec<u8>, StoreError> {
        let row: Option<(Vec<u8>,)> = self
            .db
            .query("SELECT body FROM deliveries WHERE id = $1")
            .bind(id)
            .optional()
            .await?;
        row.map(|(body,)| body).ok_or(StoreError::NotFound("delivery"))
    }

    /// A page of the ledger, newest first.
    pub async fn deliveries(
        &self,
        state: Option<DeliveryState>,
        page: PageRequest,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut query = self.db.query(COLUMNS).push_bind("id < ", page.below());
        query = match state {
            Some(DeliveryState::Received) => query.push(" AND state = 'received'"),
            Some(DeliveryState::Unreadable) => query.push(" AND state = 'unreadable'"),
            Some(DeliveryState::Unpacked) => query.push(" AND state = 'unpacked'"),
            None => query,
        };
        Ok(query
            .push_bind(" ORDER BY id DESC LIMIT ", page.limit)
            .all()
            .await?)
    }

    /// Counts a failed try to unpack; from the third on the deliveries are `unreadable` and the next ones go on.
    pub async fn unpack_failed(&self, ids: &[DeliveryId], reason: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin(Turn::Other).await?;
        let list = || Ids::of(ids.iter().map(|id| id.uuid()));
        tx.query(in_ids!(
            "UPDATE deliveries SET tries = tries + 1 WHERE id",
            "$1",
            ""
        ))
        .bind(list())
        .execute()
        .await?;
        let given_up = tx
            .query(in_ids!(
                "UPDATE deliveries SET state = 'unreadable', reason = $2, unpacked_at = $3
                WHERE state = 'received' AND tries >= 3 AND id",
                "$1",
                ""
            ))
            .bind(list())
            .bind(reason.to_owned())
            .bind(self.clock.now())
            .execute()
            .await?;
        counts::add(
            &mut tx,
            self.shard,
            counts::UNREADABLE,
            usize::try_from(given_up).unwrap_or(0),
        )
        .await?;
        Ok(tx.commit().await?)
    }
}

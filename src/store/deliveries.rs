//! Reading the ledger, and what became of each delivery.

use super::db::{Bulk, DeliveryIds, Tx, in_list};
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
    /// The length that its body had in bytes.
    pub body_bytes: i64,
    /// When its bytes were erased.
    pub redacted_at: Option<Timestamp>,
    /// SHA-256 of the bytes that were erased, in hexadecimal digits.
    pub redacted_sha256: Option<String>,
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

macro_rules! select {
    ($state:literal, $reason:literal, $from:literal) => {
        concat!(
            "SELECT d.id, d.received_at, d.signed_by, d.headers, ",
            $state,
            " AS state, ",
            $reason,
            " AS reason, COALESCE(b.body_bytes, CAST(octet_length(d.body) AS BIGINT)) AS body_bytes, b.redacted_at,
                b.body_sha256 AS redacted_sha256 FROM ",
            $from
        )
    };
}

const KEPT: &str = select!(
    "CASE WHEN q.delivery_id IS NOT NULL THEN 'received' WHEN u.delivery_id IS NOT NULL THEN 'unreadable'
        ELSE 'unpacked' END",
    "u.reason",
    "deliveries d LEFT JOIN unpack_queue q ON q.delivery_id = d.id
        LEFT JOIN unreadable_deliveries u ON u.delivery_id = d.id
        LEFT JOIN redacted_deliveries b ON b.delivery_id = d.id WHERE "
);

// The few first: SQLite keeps the order of a CROSS JOIN.
const KEPT_RECEIVED: &str = select!(
    "'received'",
    "NULL",
    "unpack_queue q CROSS JOIN deliveries d LEFT JOIN redacted_deliveries b ON b.delivery_id = d.id
        WHERE d.id = q.delivery_id AND "
);
const KEPT_UNREADABLE: &str = select!(
    "'unreadable'",
    "u.reason",
    "unreadable_deliveries u CROSS JOIN deliveries d LEFT JOIN redacted_deliveries b ON b.delivery_id = d.id
        WHERE d.id = u.delivery_id AND "
);

const RECEIVED: &str =
    "SELECT d.id, d.received_at, d.body, q.tries FROM unpack_queue q CROSS JOIN deliveries d
    WHERE d.id = q.delivery_id ORDER BY q.delivery_id LIMIT $1";

/// A CASE tells no server how many rows it lets through: one that believes it is few, for want of statistics or by old
/// ones, reads and sorts all the rest of the ledger for each page.
const RANGE: &str = "SELECT id, received_at, body, CAST(0 AS BIGINT) AS tries FROM deliveries
    WHERE id > $1 AND CASE WHEN received_at >= $2 THEN received_at < $3 ELSE FALSE END
        AND NOT EXISTS (SELECT 1 FROM redacted_deliveries b WHERE b.delivery_id = deliveries.id) ORDER BY id LIMIT $4";

const BODY: &str =
    "SELECT d.body, EXISTS (SELECT 1 FROM redacted_deliveries b WHERE b.delivery_id = d.id) AS redacted
    FROM deliveries d WHERE d.id = $1";

/// How often reading a delivery is tried.
const TRIES: i64 = 3;

/// Puts deliveries among those that could not be read.
const UNREADABLE: Bulk = Bulk {
    head: "INSERT INTO unreadable_deliveries (delivery_id, reason)",
    columns: 2,
    tail: "ON CONFLICT DO NOTHING",
};

impl Store {
    /// The oldest deliveries that nobody has read yet.
    pub async fn received(&self, limit: i64) -> Result<Vec<ReceivedDelivery>, StoreError> {
        Ok(self.db.query(RECEIVED).bind(limit).all().await?)
    }

    /// Deliveries that came in a span of time, oldest first, after `after`: to read them again. Without those whose
    /// bytes were erased.
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
            .query(KEPT)
            .push_bind("d.id = ", id)
            .optional()
            .await?
            .ok_or(StoreError::NotFound("delivery"))
    }

    /// A delivery's bytes, as they came; [`StoreError::Erased`] where they had to go.
    pub async fn delivery_body(&self, id: DeliveryId) -> Result<Vec<u8>, StoreError> {
        let row: Option<(Vec<u8>, bool)> = self.db.query(BODY).bind(id).optional().await?;
        match row {
            Some((_, true)) => Err(StoreError::Erased("delivery's body")),
            Some((body, false)) => Ok(body),
            None => Err(StoreError::NotFound("delivery")),
        }
    }

    /// A page of the ledger, newest first.
    pub async fn deliveries(
        &self,
        state: Option<DeliveryState>,
        page: PageRequest,
    ) -> Result<Vec<Delivery>, StoreError> {
        let (select, id) = match state {
            None | Some(DeliveryState::Unpacked) => (KEPT, "d.id"),
            Some(DeliveryState::Received) => (KEPT_RECEIVED, "q.delivery_id"),
            Some(DeliveryState::Unreadable) => (KEPT_UNREADABLE, "u.delivery_id"),
        };
        let mut query = self.db.query(select).push(id);
        if let Some(after) = page.after {
            query = query.push_bind(" < ", DeliveryId::from(after));
        } else {
            query = query.push(" IS NOT NULL");
        }
        if state == Some(DeliveryState::Unpacked) {
            query = query.push(" AND q.delivery_id IS NULL AND u.delivery_id IS NULL");
        }
        Ok(query
            .push(" ORDER BY ")
            .push(id)
            .push_bind(" DESC LIMIT ", page.limit)
            .all()
            .await?)
    }

    /// Counts a failed try to unpack; from the third on the deliveries are `unreadable` and the next ones go on.
    pub async fn unpack_failed(&self, ids: &[DeliveryId], reason: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let list = || DeliveryIds::of(ids.iter().copied());
        tx.query(in_list!(
            "UPDATE unpack_queue SET tries = tries + 1 WHERE delivery_id",
            "$1",
            ""
        ))
        .bind(list())
        .execute()
        .await?;
        let given_up: Vec<(DeliveryId,)> = tx
            .query(in_list!(
                "DELETE FROM unpack_queue WHERE tries >= $2 AND delivery_id",
                "$1",
                " RETURNING delivery_id"
            ))
            .bind(list())
            .bind(TRIES)
            .all()
            .await?;
        let given_up: Vec<_> = given_up
            .into_iter()
            .map(|(id,)| (id, reason.to_owned()))
            .collect();
        self.set_aside(&mut tx, &given_up).await?;
        Ok(tx.commit().await?)
    }

    /// Notes that these deliveries could not be read, and why.
    pub(super) async fn set_aside(
        &self,
        tx: &mut Tx,
        unreadable: &[(DeliveryId, String)],
    ) -> Result<(), StoreError> {
        counts::add(tx, self.shard, counts::UNREADABLE, unreadable.len()).await?;
        tx.bulk(&UNREADABLE, unreadable, |row, (id, reason)| {
            row.bind(*id).bind(reason.clone())
        })
        .await?;
        Ok(())
    }
}

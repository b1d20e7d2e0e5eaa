//! Appending deliveries: the one write that somebody outside waits for.

use std::time::Duration;

use super::db::{Bulk, Db, Turn};
use super::{Store, StoreError, counts};
use crate::clock::Clock;
use crate::domain::{DeliveryId, Timestamp};

/// How often the length of SQLite's log is looked at.
const LOG_LOOKED_AT: Duration = Duration::from_millis(500);

/// A verified delivery to be kept.
#[derive(Clone, Debug)]
pub struct Append {
    /// Its id, made when it came.
    pub id: DeliveryId,
    /// When its last byte came.
    pub received_at: Timestamp,
    /// The label of the secret that matched.
    pub signed_by: String,
    /// The kept headers, as a JSON object.
    pub headers: Vec<u8>,
    /// The bytes, as they came.
    pub body: bytes::Bytes,
}

const APPEND: Bulk = Bulk {
    head: "INSERT INTO deliveries (id, received_at, signed_by, headers, body)",
    columns: 5,
    tail: "",
};

impl Store {
    /// Opens the database named by `url` without touching its schema.
    pub async fn open(url: &str, clock: Clock) -> Result<Self, StoreError> {
        let db = Db::open(url).await?;
        let mut shard = [0_u8; 1];
        getrandom::fill(&mut shard).expect("the system gives random bytes");
        Ok(Self {
            db,
            clock,
            shard: i64::from(shard[0]),
        })
    }

    /// Brings the schema up to date; an error if a newer version of belino made it.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.db.migrate().await
    }

    /// Closes the database.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// The clock by which this store's times are made.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// True where this process has the database to itself (SQLite).
    pub const fn is_embedded(&self) -> bool {
        self.db.is_embedded()
    }

    /// Keeps all of them durably, or none.
    pub async fn append(&self, batch: &[Append]) -> Result<(), StoreError> {
        let mut tx = self.db.begin(Turn::Ledger).await?;
        tx.bulk(&APPEND, batch, |row, append| {
            row.bind(append.id)
                .bind(append.received_at)
                .bind(append.signed_by.clone())
                .bind(append.headers.clone())
                .bind(append.body.to_vec())
        })
        .await?;
        counts::add(&mut tx, self.shard, counts::RECEIVED, batch.len()).await?;
        Ok(tx.commit().await?)
    }

    /// Copies SQLite's log into the database now and then, until dropped. A long log slows every read.
    pub async fn keep_log_short(&self) {
        let mut copier = None;
        let mut tick = tokio::time::interval(LOG_LOOKED_AT);
        loop {
            tick.tick().await;
            if let Err(error) = self.db.checkpoint(&mut copier).await {
                copier = None;
                tracing::warn!(error = %error, "could not copy the write-ahead log into the database");
            }
        }
    }
}

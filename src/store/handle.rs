//! The store itself: opened, brought up to date, kept in shape, closed.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::StoreError;
use super::db::Db;
use crate::clock::Clock;

/// How often the length of SQLite's log is looked at.
const LOG_LOOKED_AT: Duration = Duration::from_millis(500);

/// Events in one transaction: enough that a commit costs little beside them.
const EVENTS_AT_ONCE: usize = 64;
/// Events in one transaction while deliveries come that wait for its end.
const EVENTS_BETWEEN_DELIVERIES: usize = 24;
/// The same while they come in crowds.
const EVENTS_BETWEEN_CROWDS: usize = 10;
/// More deliveries than this at once are a crowd.
const CROWD: usize = 16;

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) db: Db,
    pub(super) clock: Clock,
    /// A clock that is far from the database's was told of.
    pub(super) clock_told: Arc<AtomicBool>,
    /// In a database of its own this process knows that no single event was erased: nothing need be asked of each.
    pub(super) no_event_erased: Arc<AtomicBool>,
    /// Which row of each counter this process adds to.
    pub(super) shard: i64,
}

impl Store {
    /// Opens the database named by `url` without touching its schema.
    pub async fn open(url: &str, clock: Clock) -> Result<Self, StoreError> {
        let db = Db::open(url).await?;
        let mut shard = [0_u8; 1];
        getrandom::fill(&mut shard).expect("the system gives random bytes");
        let store = Self {
            db,
            clock_told: Arc::default(),
            clock,
            no_event_erased: Arc::default(),
            shard: i64::from(shard[0]),
        };
        store.compare_clocks().await?;
        Ok(store)
    }

    /// Brings the schema up to date; an error if a newer version of belino made it.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.db.migrate().await
    }

    /// How many events unpacking and settling write in one transaction: fewer while deliveries come that have to
    /// wait for it.
    pub fn events_at_once(&self) -> usize {
        match self.db.crowd() {
            0 => EVENTS_AT_ONCE,
            1..=CROWD => EVENTS_BETWEEN_DELIVERIES,
            _ => EVENTS_BETWEEN_CROWDS,
        }
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

    /// Copies SQLite's log into the database now and then, until dropped: a long log slows every read. Looks each
    /// time whether the file is sound.
    pub async fn keep_log_short(&self) {
        let mut copier = None;
        let mut tick = tokio::time::interval(LOG_LOOKED_AT);
        loop {
            tick.tick().await;
            if let Err(error) = self.db.checkpoint(&mut copier).await {
                copier = None;
                tracing::warn!(error = %error, "could not look after the database's file");
            }
        }
    }
}

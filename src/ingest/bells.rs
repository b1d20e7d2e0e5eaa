//! Wake-ups within the process: what is stored is looked at at once, not at the next tick.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::chance::chance;

/// The safety net: work that another process stored is found no later than this.
const TICK: Duration = Duration::from_millis(500);

/// Three bells: deliveries were stored; lanes were rung; the feed has news. Cheap to clone.
#[derive(Clone, Default)]
pub struct Bells(Arc<Inner>);

#[derive(Default)]
struct Inner {
    deliveries: Notify,
    lanes: Notify,
    feed: Notify,
}

impl Bells {
    /// Deliveries were stored.
    pub fn ring_deliveries(&self) {
        self.0.deliveries.notify_one();
    }

    /// Lanes have work.
    pub fn ring_lanes(&self) {
        self.0.lanes.notify_one();
    }

    /// The feed may have news.
    pub fn ring_feed(&self) {
        self.0.feed.notify_one();
    }

    /// Waits for deliveries, at most a tick.
    pub async fn deliveries(&self) {
        drop(tokio::time::timeout(jittered_tick(), self.0.deliveries.notified()).await);
    }

    /// Waits for lanes, at most a tick, and at most so long.
    pub async fn lanes(&self, at_most: Duration) {
        let patience = jittered_tick().min(at_most);
        drop(tokio::time::timeout(patience, self.0.lanes.notified()).await);
    }

    /// Waits for news of the feed, at most a tick.
    pub async fn feed(&self) {
        drop(tokio::time::timeout(jittered_tick(), self.0.feed.notified()).await);
    }
}

/// A tick between half and whole, so that processes do not ask in step.
fn jittered_tick() -> Duration {
    TICK.mul_f64(0.5 + chance() / 2.0)
}

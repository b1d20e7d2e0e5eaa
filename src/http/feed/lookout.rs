//! Finds out that the feed has news, once for all who follow it: an idle follower costs the database nothing.

use std::error::Error;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::ingest::Bells;
use crate::store::{FeedCursor, Store};

/// Between two looks, however often the bell rings: a flood must not make every follower read all the time.
const BREATH: Duration = Duration::from_millis(100);

/// Tells followers how far the feed may be read by now.
pub struct Lookout {
    store: Store,
    bells: Bells,
    head: watch::Sender<FeedCursor>,
    joined: Notify,
}

impl Lookout {
    /// Over this store's feed. The bell rings for what this process writes, its tick for what others do, and for what
    /// an older transaction of Postgres held back.
    pub fn new(store: Store, bells: Bells) -> Self {
        Self {
            store,
            bells,
            head: watch::Sender::default(),
            joined: Notify::new(),
        }
    }

    /// What a follower waits by, from before it reads for the first time.
    pub fn join(&self) -> watch::Receiver<FeedCursor> {
        let follower = self.head.subscribe();
        self.joined.notify_one();
        follower
    }

    /// Looks while there are followers, until dropped.
    pub async fn look(&self) {
        loop {
            if self.head.receiver_count() == 0 {
                self.joined.notified().await;
            }
            match self.store.feed_head().await {
                Ok(head) => self.tell(head),
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn Error,
                        "could not look for news of the feed"
                    );
                }
            }
            tokio::time::sleep(BREATH).await;
            self.bells.feed().await;
        }
    }

    fn tell(&self, head: FeedCursor) {
        self.head.send_if_modified(|known| {
            let news = head > *known;
            *known = head.max(*known);
            news
        });
    }
}

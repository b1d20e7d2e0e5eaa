//! The body of a stream: reads a page when its connection takes more, else waits for news or the next heartbeat.

use std::convert::Infallible;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::listing::{FeedItemView, FeedParams};
use super::slots::Slot;
use crate::http::auth::Caller;
use crate::http::{Kind, Problem, State};
use crate::store::{FeedCursor, FeedItem};

/// Follows the feed for one client.
pub struct Follower {
    state: State,
    caller: Caller,
    /// What is followed.
    asked: FeedParams,
    /// Where it stands.
    after: FeedCursor,
    head: watch::Receiver<FeedCursor>,
    /// The last page was full: there may be more.
    behind: bool,
    heartbeat: Interval,
    /// When the connection was given something last.
    given_at: Instant,
    _slot: Slot,
}

impl Follower {
    /// One that follows this, from here on.
    pub fn new(state: State, caller: Caller, (asked, after): (FeedParams, FeedCursor), slot: Slot) -> Self {
        let now = Instant::now();
        let mut heartbeat = interval_at(now + state.streams.heartbeat, state.streams.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            head: state.lookout.join(),
            state,
            caller,
            asked,
            after,
            behind: true,
            heartbeat,
            given_at: now,
            _slot: slot,
        }
    }

    /// The next page, which may be empty. Where it was the last one, the follower stands at the head that was known
    /// before: what others were told is not read again each time.
    pub async fn read(&mut self) -> Result<Bytes, Problem> {
        let head = *self.head.borrow_and_update();
        let items = self
            .asked
            .items(&self.state, self.caller.workspace, self.after)
            .await?;
        self.behind = usize::try_from(self.asked.limit).is_ok_and(|limit| items.len() >= limit);
        if let Some(last) = items.last() {
            self.after = last.cursor();
        }
        if !self.behind {
            self.after = self.after.max(head);
        }
        Ok(items.into_iter().map(frame).collect::<String>().into())
    }

    /// What goes out next, and the follower for what comes after it; nothing once the stream has to end. A client that
    /// comes again says how far it got.
    pub async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        // Asked again at once, unless the connection was full.
        if self.given_at.elapsed() >= self.state.streams.patience {
            tracing::info!("a stream of the feed was too slow, and was ended");
            return None;
        }
        match self.chunk().await {
            Ok(chunk) => {
                self.given_at = Instant::now();
                Some((Ok(chunk), self))
            }
            Err(problem) if problem.kind() == Kind::BadKey => {
                tracing::info!("a stream of the feed was ended: its key was revoked");
                None
            }
            Err(problem) => {
                tracing::error!(problem = %problem, "a stream of the feed broke off");
                None
            }
        }
    }

    async fn chunk(&mut self) -> Result<Bytes, Problem> {
        loop {
            let news = self.behind || self.woken().await;
            if let Some(key) = &self.caller.key {
                self.state.keys.confirm(key).await?;
            }
            if !news {
                return Ok(self.sign_of_life());
            }
            let page = self.read().await?;
            if !page.is_empty() {
                return Ok(page);
            }
        }
    }

    /// No event, but how far was looked: who hears nothing for longer than the feed is kept has still missed nothing.
    fn sign_of_life(&self) -> Bytes {
        format!(": keep-alive\nid: {}\n\n", self.after).into()
    }

    /// Waits; true if it is for news, false if it is for the heartbeat.
    async fn woken(&mut self) -> bool {
        tokio::select! {
            changed = self.head.changed() => changed.is_ok(),
            _ = self.heartbeat.tick() => false,
        }
    }
}

/// An item as an event. Nothing in it breaks a line: JSON escapes what does.
fn frame(item: FeedItem) -> String {
    let view = FeedItemView::from(item);
    let json = serde_json::to_string(&view).expect("texts and a time are JSON");
    format!("id: {}\nevent: {}\ndata: {json}\n\n", view.cursor, view.kind)
}

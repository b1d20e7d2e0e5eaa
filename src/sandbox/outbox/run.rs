//! The loop that sends: woken by changes, by answers, and now and then for what the clock brings.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::handshake::shake_all;
use super::queue::next;
use super::send::send;
use crate::domain::facts;
use crate::sandbox::control;
use crate::sandbox::meta::Meta;

/// How often the clock is looked at; it may be moved by somebody who does not tell us.
const TICK: Duration = Duration::from_millis(200);

/// Sends until the sandbox stops.
pub(crate) async fn run(meta: Arc<Meta>) {
    let mut shake_at = Instant::now();
    while !meta.stop.is_cancelled() {
        expire_stories(&meta);
        if meta.auto_deliver {
            if shake_at <= Instant::now() {
                tokio::select! {
                    () = shake_all(&meta) => {}
                    () = meta.stop.cancelled() => return,
                }
                shake_at = Instant::now() + TICK;
            }
            pump(&meta);
        }
        tokio::select! {
            () = meta.wake.notified() => {}
            () = tokio::time::sleep(TICK) => {}
            () = meta.stop.cancelled() => {}
        }
    }
}

/// Starts as many notifications as may be under way. What piles up meanwhile goes together.
fn pump(meta: &Arc<Meta>) {
    let most = meta.world().settings.deliveries_in_flight;
    while meta.outbox.enter(most) {
        let Some((delivery, faults)) = next(meta) else {
            return meta.outbox.leave();
        };
        let own = Arc::clone(meta);
        meta.tasks.spawn(async move {
            send(Arc::clone(&own), delivery, faults).await;
            own.outbox.leave();
            own.wake.notify_one();
        });
    }
}

/// Sends everything that is due by the clock, one after the other, and comes back when nothing is.
pub(crate) async fn flush(meta: &Arc<Meta>) -> usize {
    let mut sent = 0;
    expire_stories(meta);
    shake_all(meta).await;
    loop {
        let returned = meta.outbox.returned.notified();
        if let Some((delivery, faults)) = next(meta) {
            send(Arc::clone(meta), delivery, faults).await;
            sent += 1;
        } else if meta.outbox.is_still() || meta.stop.is_cancelled() {
            return sent;
        } else {
            returned.await;
        }
    }
}

/// Ends the stories that have had their day.
fn expire_stories(meta: &Meta) {
    let latest = meta.now() - facts::STORY_LIFETIME;
    loop {
        let oldest = meta.world().story_older_than(latest);
        let Some(id) = oldest else { return };
        if let Err(problem) = control::expire_story(meta, id, None) {
            return tracing::error!(%problem, "a story could not be ended");
        }
    }
}

//! How many streams may be open: in all, and for one key.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::ApiKeyId;
use crate::http::{Kind, Problem};

/// How followers of the feed are served.
#[derive(Clone, Copy, Debug)]
pub struct StreamOptions {
    /// Most open streams, over all keys.
    pub at_most: usize,
    /// Most open streams of one key.
    pub per_key: usize,
    /// Between two signs of life: proxies end what is silent for longer.
    pub heartbeat: Duration,
    /// How long a client may take over what it was given.
    pub patience: Duration,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            at_most: 256,
            per_key: 16,
            heartbeat: Duration::from_secs(15),
            patience: Duration::from_secs(30),
        }
    }
}

/// Open streams by key; the configured operator's key has no id.
type Open = BTreeMap<Option<ApiKeyId>, usize>;

/// The places for streams.
pub struct Slots {
    open: Arc<Mutex<Open>>,
    at_most: usize,
    per_key: usize,
}

/// A stream's place: free again when this is dropped.
pub struct Slot {
    open: Arc<Mutex<Open>>,
    key: Option<ApiKeyId>,
}

impl Slots {
    /// As many as the options say.
    pub fn new(options: &StreamOptions) -> Self {
        Self {
            open: Arc::default(),
            at_most: options.at_most,
            per_key: options.per_key,
        }
    }

    /// A place for a stream of this key.
    pub fn take(&self, key: Option<ApiKeyId>) -> Result<Slot, Problem> {
        let mut open = lock(&self.open);
        if open.values().sum::<usize>() >= self.at_most {
            return Err(Kind::Overloaded.because("too many streams are open"));
        }
        let own = open.entry(key).or_default();
        if *own >= self.per_key {
            return Err(Kind::TooManyStreams.because(format!("{own} streams are open; end one of them")));
        }
        *own += 1;
        tell(&open);
        Ok(Slot {
            open: Arc::clone(&self.open),
            key,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(own) = open.get_mut(&self.key) {
            *own -= 1;
        }
        open.retain(|_, own| *own > 0);
        tell(&open);
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tell(open: &Open) {
    let count = u32::try_from(open.values().sum::<usize>()).unwrap_or(u32::MAX);
    metrics::gauge!("belino_feed_streams").set(count);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_place_is_free_again_when_its_stream_is_gone() {
        let slots = Slots::new(&StreamOptions {
            at_most: 3,
            per_key: 2,
            ..StreamOptions::default()
        });
        let [one, other] = [1, 2].map(|second| Some(ApiKeyId::at(Timestamp::from_seconds(second))));
        let refusal = |key| slots.take(key).err().map(|problem| problem.kind());
        let held = [slots.take(one), slots.take(one)];
        assert_eq!(refusal(one), Some(Kind::TooManyStreams));
        let third = slots.take(other);
        assert_eq!(refusal(None), Some(Kind::Overloaded));
        drop(held);
        assert_eq!(refusal(one), None);
        drop(third);
        assert!(lock(&slots.open).is_empty());
    }
}

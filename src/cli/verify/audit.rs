//! The audit: everything is read back through the API and compared with the book.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::bed::count;
use super::book::{self, Hash, Sent};
use super::row::{Figures, Verdict};
use super::service::Api;
use crate::cli::Failure;

/// Bodies read at the same time.
const AT_ONCE: usize = 8;

/// What was read before and is not read after each trial again.
#[derive(Default)]
pub(super) struct Seen {
    /// The hash of each delivery's body, by its id.
    bodies: HashMap<String, Hash>,
    /// How often followers were told that a comment is enriched, and how far they were told.
    told: HashMap<String, usize>,
    feed: Option<String>,
}

/// What the service has.
pub(super) struct Found {
    /// How often each body is stored.
    bodies: HashMap<Hash, usize>,
    /// How many events each comment has, and how many of them are done and enriched.
    events: HashMap<String, (usize, usize)>,
    /// How often followers were told that a comment is enriched.
    told: HashMap<String, usize>,
    /// The events as rows, and as the kept sum says.
    rows: usize,
    sum: u64,
}

impl Found {
    /// Reads everything back, again where more came in meanwhile: what was answered too late may be kept late.
    pub(super) async fn read(api: &Api, at: SocketAddr, seen: &mut Seen) -> Result<Self, Failure> {
        loop {
            let before = Self::sum(api, at).await?;
            let found = Self::read_once(api, at, seen).await?;
            if found.sum == before {
                return Ok(found);
            }
        }
    }

    /// How many events there are, as the kept sum says.
    async fn sum(api: &Api, at: SocketAddr) -> Result<u64, Failure> {
        Ok(count(&api.summary(at).await?, "/events/total"))
    }

    async fn read_once(api: &Api, at: SocketAddr, seen: &mut Seen) -> Result<Self, Failure> {
        let deliveries = api.all(at, "/api/deliveries?").await?;
        let ids: Vec<String> = deliveries.iter().filter_map(|row| word(row, "id")).collect();
        let unread = ids.iter().filter(|id| !seen.bodies.contains_key(*id)).cloned();
        let read = stream::iter(unread)
            .map(|id| async move {
                let body = api.body(at, &id).await?;
                Ok::<_, Failure>((id, book::hash(&body)))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect::<Vec<_>>()
            .await?;
        seen.bodies.extend(read);
        let rows = api.all(at, "/api/events?").await?;
        let mut events: HashMap<String, (usize, usize)> = HashMap::new();
        for row in &rows {
            let (all, done) = events.entry(word(row, "key").unwrap_or_default()).or_default();
            *all += 1;
            *done += usize::from(word(row, "state").as_deref() == Some("done"));
        }
        let feed = api.rest(at, "/api/feed?", &mut seen.feed).await?;
        let enriched = feed
            .iter()
            .filter(|item| word(item, "kind").as_deref() == Some("comment.enriched"));
        for comment in enriched.filter_map(|item| word(item, "object_id")) {
            *seen.told.entry(comment).or_default() += 1;
        }
        Ok(Self {
            bodies: counted(ids.iter().filter_map(|id| seen.bodies.get(id).copied())),
            events,
            told: seen.told.clone(),
            rows: rows.len(),
            sum: Self::sum(api, at).await?,
        })
    }

    /// What came of the POSTs since `mark`, and whether all of it is right.
    pub(super) fn judge(&self, sent: &[Sent], mark: usize) -> (Figures, Verdict) {
        let own = sent.get(mark..).unwrap_or_default();
        let figures = self.count(own);
        let known: HashSet<Hash> = sent.iter().map(|one| one.hash).collect();
        let foreign = self.bodies.keys().filter(|hash| !known.contains(*hash)).count();
        let mut faults = Vec::new();
        for (count, what) in [
            (figures.lost, "lost"),
            (figures.processed_twice, "processed twice"),
            (foreign, "stored with bytes that nobody sent"),
            (
                usize::from(figures.acknowledged == 0),
                "run without an acknowledged delivery",
            ),
            (
                usize::from(self.rows as u64 != self.sum),
                "sum of events that is not that of the rows",
            ),
        ] {
            if count > 0 {
                faults.push(format!("{count} {what}"));
            }
        }
        let verdict = if faults.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Failed(faults.join(", "))
        };
        (figures, verdict)
    }

    fn count(&self, own: &[Sent]) -> Figures {
        let mut acknowledged: HashMap<Hash, (usize, &Sent)> = HashMap::new();
        for one in own {
            let (count, _) = acknowledged.entry(one.hash).or_insert((0, one));
            *count += usize::from(one.acknowledged);
        }
        let stored_of = |hash: &Hash| self.bodies.get(hash).copied().unwrap_or_default();
        let lost = acknowledged.iter().map(|(hash, (count, one))| {
            let done = *count == 0 || one.comments.iter().all(|id| self.is_done(id));
            if done {
                count.saturating_sub(stored_of(hash))
            } else {
                *count
            }
        });
        let all: HashSet<&String> = own.iter().flat_map(|one| one.comments.iter()).collect();
        let kept = own.iter().filter(|one| one.acknowledged);
        Figures {
            sent: own.len(),
            acknowledged: kept.clone().count(),
            stored: acknowledged.keys().map(stored_of).sum(),
            comments: kept
                .flat_map(|one| one.comments.iter())
                .collect::<HashSet<_>>()
                .len(),
            processed: all.iter().filter(|id| self.is_done(id)).count(),
            processed_twice: all.iter().filter(|id| self.is_twice(id)).count(),
            lost: lost.sum(),
        }
    }

    fn is_done(&self, comment: &str) -> bool {
        self.events.get(comment).is_some_and(|(_, done)| *done > 0)
    }

    fn is_twice(&self, comment: &str) -> bool {
        self.events.get(comment).is_some_and(|(all, _)| *all > 1)
            || self.told.get(comment).is_some_and(|told| *told > 1)
    }
}

fn counted<T: std::hash::Hash + Eq>(all: impl IntoIterator<Item = T>) -> HashMap<T, usize> {
    let mut counts = HashMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

fn word(row: &Value, name: &str) -> Option<String> {
    row.get(name).and_then(Value::as_str).map(ToOwned::to_owned)
}

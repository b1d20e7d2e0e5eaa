//! A slice: plan, then make the calls, a few at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{FutureExt, StreamExt, stream};

use super::decide::Decider;
use super::open::{Opened, Opening};
use super::plan::{Step, plan, plan_rest};
use super::savings::Savings;
use super::sink::Sink;
use super::worker::Parts;
use super::{ahead, reads, walk};
use crate::domain::{Field, Login};
use crate::store::{Lane, StoreError, WorkItem};

/// Calls of one lane that are under way at once.
const AT_ONCE: usize = 4;

/// Everything that the work on a slice needs.
pub(super) struct Hands<'a> {
    pub(super) parts: &'a Parts,
    pub(super) lane: &'a Lane,
    pub(super) account: &'a Opening,
    pub(super) sink: &'a Sink<'a>,
    pub(super) decider: Decider<'a>,
    pub(super) savings: Savings,
    /// Calls that the pace still allows in this slice.
    pub(super) allowance: AtomicU32,
}

impl Hands<'_> {
    /// The connection for reading the account's own objects.
    pub(super) fn any(&self) -> &Opened {
        self.account
            .opened
            .first()
            .expect("a slice begins with a connection")
    }

    /// The connection of Facebook Login, which some reads need.
    pub(super) fn facebook(&self) -> Option<&Opened> {
        let mut opened = self.account.opened.iter();
        opened.find(|one| one.access.login == Login::Facebook)
    }

    /// True while a call may be made, which is counted: nobody asked to stop, no pool rests, the pace allows it.
    pub(super) async fn may_call(&self) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        !self.parts.stop.is_cancelled()
            && !self.sink.is_over().await
            && self
                .allowance
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
                .is_ok()
    }
}

/// What is known of the media on which events wait.
struct Outlook {
    /// How many comments wait, where there are at least two.
    busy: BTreeMap<String, i64>,
    /// Whose own fields were read lately.
    fresh: BTreeSet<String>,
}

/// Works through what is due: what needs no call any more, then the walks, then what they left over.
pub(super) async fn run(hands: &Hands<'_>, work: Vec<WorkItem>) -> Result<(), StoreError> {
    let work = ahead::settle(hands, work).await?;
    let outlook = look(hands, &work).await?;
    let busy = outlook.busy.keys().cloned().collect();
    let left = perform_all(hands, plan(work, &busy), &outlook).await?;
    let again = perform_all(hands, plan_rest(left), &outlook).await?;
    // Only a walk of replies leaves something over the second time: read those one by one.
    perform_all(hands, again.into_iter().map(Step::Comment).collect(), &outlook).await?;
    Ok(())
}

async fn look(hands: &Hands<'_>, work: &[WorkItem]) -> Result<Outlook, StoreError> {
    let (store, account) = (&hands.parts.store, hands.lane.account_key);
    let media: BTreeSet<String> = work
        .iter()
        .filter(|item| item.field == Field::Comments)
        .filter_map(|item| item.media_id.clone())
        .collect();
    if media.is_empty() {
        return Ok(Outlook {
            busy: BTreeMap::new(),
            fresh: BTreeSet::new(),
        });
    }
    let busy = store.busy_media(account, media.into_iter().collect()).await?;
    let busy: BTreeMap<String, i64> = busy.into_iter().collect();
    let now = store.clock().now();
    let read = store.media_read(account, busy.keys().cloned()).await?;
    let fresh = read
        .into_iter()
        .filter(|(_, at)| now.since(*at) < reads::MEDIA_LIFE);
    Ok(Outlook {
        fresh: fresh.map(|(id, _)| id).collect(),
        busy,
    })
}

/// Performs steps, a few at a time; gives the events that their pages did not bring.
async fn perform_all(
    hands: &Hands<'_>,
    steps: Vec<Step>,
    outlook: &Outlook,
) -> Result<Vec<WorkItem>, StoreError> {
    let mut results = stream::iter(steps)
        .map(|step| perform(hands, step, outlook).boxed())
        .buffer_unordered(AT_ONCE);
    let mut left = Vec::new();
    while let Some(result) = results.next().await {
        left.append(&mut result?);
    }
    Ok(left)
}

async fn perform(hands: &Hands<'_>, step: Step, outlook: &Outlook) -> Result<Vec<WorkItem>, StoreError> {
    let items = items(&step);
    guarded(&hands.decider, items, handle(hands, step, outlook).boxed()).await
}

/// Does some work. A panic in it is a failed try of its events.
pub(super) async fn guarded(
    decider: &Decider<'_>,
    items: Vec<WorkItem>,
    work: impl Future<Output = Result<Vec<WorkItem>, StoreError>>,
) -> Result<Vec<WorkItem>, StoreError> {
    if let Ok(result) = AssertUnwindSafe(work).catch_unwind().await {
        return result;
    }
    decider.panicked(items).await?;
    Ok(Vec::new())
}

async fn handle(hands: &Hands<'_>, step: Step, outlook: &Outlook) -> Result<Vec<WorkItem>, StoreError> {
    match step {
        Step::Walk {
            media,
            comments,
            replies,
        } => {
            let waiting = outlook.busy.get(&media).copied().unwrap_or_default();
            let fresh = outlook.fresh.contains(&media);
            walk::media(hands, &media, (comments, replies), waiting, fresh).await
        }
        Step::Replies { parent, replies } => walk::replies(hands, &parent, replies).await,
        Step::Comment(item) => alone(hands, item, reads::comment).await,
        Step::Mention(item) => alone(hands, item, reads::mention).await,
        Step::Story(item) => alone(hands, item, reads::story).await,
    }
}

/// Reads something alone, unless a page brought it meanwhile or no call may be made.
async fn alone<'h, 'a>(
    hands: &'h Hands<'a>,
    item: WorkItem,
    read: impl AsyncFnOnce(&'h Hands<'a>, WorkItem) -> Result<(), StoreError>,
) -> Result<Vec<WorkItem>, StoreError> {
    if let Some(item) = hands.sink.unsettled(vec![item]).await.pop()
        && hands.may_call().await
    {
        read(hands, item).await?;
    }
    Ok(Vec::new())
}

fn items(step: &Step) -> Vec<WorkItem> {
    match step {
        Step::Walk {
            comments, replies, ..
        } => comments.iter().chain(replies).cloned().collect(),
        Step::Replies { replies, .. } => replies.clone(),
        Step::Comment(item) | Step::Mention(item) | Step::Story(item) => vec![item.clone()],
    }
}

//! A slice: plan, then make the calls, a few at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, StreamExt, stream};

use super::decide::Decider;
use super::lane::Opened;
use super::plan::{Step, plan, plan_rest};
use super::sink::Sink;
use super::worker::Parts;
use super::{reads, walk};
use crate::domain::{Field, Login};
use crate::store::{Lane, StoreError, WorkItem};

/// Calls of one lane that are under way at once.
const AT_ONCE: usize = 4;

/// Everything that the work on a slice needs.
pub(super) struct Hands<'a> {
    pub(super) parts: &'a Parts,
    pub(super) lane: &'a Lane,
    pub(super) opened: &'a [Opened],
    pub(super) sink: &'a Sink<'a>,
    pub(super) decider: Decider<'a>,
    pub(super) allowance: u32,
}

impl Hands<'_> {
    /// The connection for reading the account's own objects.
    pub(super) fn any(&self) -> &Opened {
        self.opened.first().expect("a slice begins with a connection")
    }

    /// The connection of Facebook Login, which some reads need.
    pub(super) fn facebook(&self) -> Option<&Opened> {
        self.opened.iter().find(|one| one.access.login == Login::Facebook)
    }

    /// True while calls may be made: nobody asked to stop, no pool rests, the pace allows it.
    pub(super) async fn may_call(&self) -> bool {
        !self.parts.stop.is_cancelled()
            && !self.sink.is_over().await
            && self.sink.calls().await < self.allowance
    }
}

/// Works through what is due: first the walks, then what they left over.
pub(super) async fn run(hands: &Hands<'_>, work: Vec<WorkItem>) -> Result<(), StoreError> {
    let media: BTreeSet<String> = work
        .iter()
        .filter(|item| item.field == Field::Comments)
        .filter_map(|item| item.media_id.clone())
        .collect();
    let busy = if media.is_empty() {
        Vec::new()
    } else {
        hands
            .parts
            .store
            .busy_media(hands.lane.account_key, media.into_iter().collect())
            .await?
    };
    let busy: BTreeSet<String> = busy.into_iter().collect();
    let known = known_media(hands, &busy).await?;
    let left = perform_all(hands, plan(work, &busy), &known).await?;
    let again = perform_all(hands, plan_rest(left), &known).await?;
    // Only a walk of replies leaves something over the second time: read those one by one.
    perform_all(hands, again.into_iter().map(Step::Comment).collect(), &known).await?;
    Ok(())
}

/// The busy media whose own fields were read lately.
async fn known_media(hands: &Hands<'_>, busy: &BTreeSet<String>) -> Result<BTreeSet<String>, StoreError> {
    if busy.is_empty() {
        return Ok(BTreeSet::new());
    }
    let now = hands.parts.store.clock().now();
    let read = hands
        .parts
        .store
        .media_read(hands.lane.account_key, busy.iter().cloned())
        .await?;
    let fresh: BTreeMap<_, _> = read
        .into_iter()
        .filter(|(_, at)| now.since(*at) < reads::MEDIA_LIFE)
        .collect();
    Ok(fresh.into_keys().collect())
}

/// Performs steps, a few at a time; gives the events that their pages did not bring.
async fn perform_all(
    hands: &Hands<'_>,
    steps: Vec<Step>,
    known: &BTreeSet<String>,
) -> Result<Vec<WorkItem>, StoreError> {
    let mut results = stream::iter(steps)
        .map(|step| perform(hands, step, known).boxed())
        .buffer_unordered(AT_ONCE);
    let mut left = Vec::new();
    while let Some(result) = results.next().await {
        left.append(&mut result?);
    }
    Ok(left)
}

/// Performs one step. A panic in it is a failed try of its events.
async fn perform(
    hands: &Hands<'_>,
    step: Step,
    known: &BTreeSet<String>,
) -> Result<Vec<WorkItem>, StoreError> {
    if !hands.may_call().await {
        return Ok(Vec::new());
    }
    let items = items(&step);
    if let Ok(result) = AssertUnwindSafe(handle(hands, step, known)).catch_unwind().await {
        return result;
    }
    hands.decider.panicked(items).await?;
    Ok(Vec::new())
}

async fn handle(
    hands: &Hands<'_>,
    step: Step,
    known: &BTreeSet<String>,
) -> Result<Vec<WorkItem>, StoreError> {
    match step {
        Step::Walk {
            media,
            comments,
            replies,
        } => {
            let fresh = known.contains(&media);
            walk::media(hands, &media, comments, replies, fresh).await
        }
        Step::Replies { parent, replies } => walk::replies(hands, &parent, replies).await,
        Step::Comment(item) => reads::comment(hands, item).await.map(|()| Vec::new()),
        Step::Mention(item) => reads::mention(hands, item).await.map(|()| Vec::new()),
        Step::Story(item) => reads::story(hands, item).await.map(|()| Vec::new()),
    }
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

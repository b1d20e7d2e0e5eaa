//! Walks: pages of comments that settle every event they meet.
//!
//! A walk goes on only while the last page paid (two or more of ours; or, if many are missing, of those that are
//! about to come) and did not end on known ground. Cut off by its bound, it remembers where, and the next slice goes on from there; events it did
//! not reach stay pending without a try.

use std::collections::{BTreeMap, BTreeSet};

use super::open::Opened;
use super::savings::Bet;
use super::slice::Hands;
use super::{ahead, found};
use crate::domain::{EventId, State};
use crate::graph::{Call, Comment, GraphError, Page};
use crate::store::{MediaRow, Settlement, StoreError, WAITING_COUNTED, WorkItem};

/// Pages in one walk at most.
const PAGES: usize = 20;
/// A page pays when it settles so many events.
const PAYS: usize = 2;
/// Known comments at the end of a page behind which everything is known: fewer may have been read alone.
const KNOWN_GROUND: usize = 5;
/// Events that have to be missing for each page that brings only what is about to come.
const MISSING_PER_PAGE_AHEAD: usize = 10;

/// A page that was read.
struct Read {
    media: Option<MediaRow>,
    comments: Page<Comment>,
    call: Call,
}

/// Whose comments are walked.
#[derive(Clone, Copy)]
enum Edge<'h> {
    Media {
        id: &'h str,
        with_replies: bool,
        /// The media's own fields were read lately.
        fresh: bool,
    },
    Replies {
        parent: &'h str,
    },
}

/// The state of one walk.
struct Walk<'h, 'a> {
    hands: &'h Hands<'a>,
    opened: &'h Opened,
    bet: Bet<'h>,
    edge: Edge<'h>,
    /// Events of the slice that no page has brought yet.
    missing: BTreeMap<EventId, WorkItem>,
    /// Events that wait on the media and were not met yet, in the slice or not.
    waiting: usize,
    pages: usize,
    /// Pages that brought only what is about to come.
    pages_ahead: usize,
}

/// How a walk ended.
enum End {
    /// No further page, or none that pays.
    Through,
    /// It may go on from here.
    Cut(String),
}

/// Walks a media's comments, newest first. Gives the events of the slice that its pages did not bring.
pub(super) async fn media(
    hands: &Hands<'_>,
    media: &str,
    (comments, replies): (Vec<WorkItem>, Vec<WorkItem>),
    waiting: i64,
    fresh: bool,
) -> Result<Vec<WorkItem>, StoreError> {
    let edge = Edge::Media {
        id: media,
        with_replies: !replies.is_empty(),
        fresh,
    };
    let items = comments.into_iter().chain(replies).collect();
    // As many as were counted may be many more.
    let waiting = usize::try_from(waiting)
        .ok()
        .filter(|_| waiting < WAITING_COUNTED);
    walk(hands, edge, items, waiting.unwrap_or(usize::MAX)).await
}

/// Walks a comment's replies, by the same rule.
pub(super) async fn replies(
    hands: &Hands<'_>,
    parent: &str,
    replies: Vec<WorkItem>,
) -> Result<Vec<WorkItem>, StoreError> {
    walk(hands, Edge::Replies { parent }, replies, 0).await
}

async fn walk(
    hands: &Hands<'_>,
    edge: Edge<'_>,
    items: Vec<WorkItem>,
    waiting: usize,
) -> Result<Vec<WorkItem>, StoreError> {
    let items = hands.sink.unsettled(items).await;
    if items.is_empty() {
        return Ok(items);
    }
    let Some(bet) = hands.savings.bet().await else {
        return Ok(items);
    };
    let mut walk = Walk {
        hands,
        opened: hands.any(),
        bet,
        edge,
        missing: items.into_iter().map(|item| (item.id, item)).collect(),
        waiting,
        pages: 0,
        pages_ahead: 0,
    };
    if !hands.may_call().await {
        return Ok(Vec::new());
    }
    let key = (hands.lane.account_key, edge.id().to_owned());
    let first = match walk.first_page().await {
        Ok(first) => first,
        Err(error) => return walk.failed(error).await,
    };
    let end = walk.go_on(first, hands.parts.memory.cursor(&key).await).await?;
    match end {
        End::Through => {
            hands.parts.memory.keep_cursor(key, None).await;
            Ok(walk.missing.into_values().collect())
        }
        // What it did not reach waits for the next slice.
        End::Cut(cursor) => {
            hands.parts.memory.keep_cursor(key, Some(cursor)).await;
            Ok(Vec::new())
        }
    }
}

impl<'h> Edge<'h> {
    const fn id(&self) -> &'h str {
        match self {
            Self::Media { id, .. } => id,
            Self::Replies { parent } => parent,
        }
    }

    const fn media(&self) -> Option<&'h str> {
        match self {
            Self::Media { id, .. } => Some(id),
            Self::Replies { .. } => None,
        }
    }
}

impl Walk<'_, '_> {
    /// The first page: with the media's own fields unless they were read lately.
    async fn first_page(&self) -> Result<Read, GraphError> {
        let (graph, access) = (&self.hands.parts.graph, &self.opened.access);
        let Edge::Media {
            id,
            with_replies,
            fresh: false,
        } = self.edge
        else {
            return self.page(None).await;
        };
        let answer = graph.media_with_comments(access, id, with_replies).await?;
        Ok(Read {
            media: Some(found::media(&answer.body.media, answer.call.started_at)),
            comments: answer.body.comments,
            call: answer.call,
        })
    }

    async fn page(&self, after: Option<&str>) -> Result<Read, GraphError> {
        let (graph, access) = (&self.hands.parts.graph, &self.opened.access);
        let answer = match self.edge {
            Edge::Media { id, with_replies, .. } => {
                graph.comments_page(access, id, after, with_replies).await?
            }
            Edge::Replies { parent } => graph.replies_page(access, parent, after).await?,
        };
        Ok(Read {
            media: None,
            comments: answer.body,
            call: answer.call,
        })
    }

    /// Further pages, as long as they pay; where the newest ones do not, from where an earlier walk was cut off.
    async fn go_on(&mut self, first: Read, mut earlier: Option<String>) -> Result<End, StoreError> {
        let mut next = self.settle(first, None).await?;
        while let Some(after) = next.or_else(|| earlier.take().filter(|_| self.wants_more())) {
            if self.pages >= PAGES || !self.hands.may_call().await {
                return Ok(End::Cut(after));
            }
            next = match self.page(Some(&after)).await {
                Ok(page) => self.settle(page, Some(&after)).await?,
                Err(error) => {
                    let alone = self.failed(error).await?;
                    if alone.is_empty() {
                        return Ok(End::Cut(after));
                    }
                    self.missing = alone.into_iter().map(|item| (item.id, item)).collect();
                    return Ok(End::Through);
                }
            };
        }
        Ok(End::Through)
    }

    fn wants_more(&self) -> bool {
        self.waiting > 0 || !self.missing.is_empty()
    }

    /// Settles every waiting event that the page brings; gives the cursor of the next page if that may pay.
    async fn settle(&mut self, mut page: Read, after: Option<&str>) -> Result<Option<String>, StoreError> {
        self.pages += 1;
        let oldest = self.oldest(&page.comments.data);
        let found = flatten(&mut page.comments.data);
        let (store, account) = (&self.hands.parts.store, self.hands.lane.account_key);
        let told = store
            .comment_events(account, found.keys().cloned().collect())
            .await?;
        let ids = told.iter().filter_map(|item| item.object_id.as_deref()).collect();
        let ahead = ahead::keep(self.hands, self.edge.media(), &found, &ids, &page.call).await;
        let at_work = |item: &WorkItem| matches!(item.state, State::Pending | State::Waiting);
        let known = told.iter().filter(|item| !at_work(item));
        let known: BTreeSet<_> = known.filter_map(|item| item.object_id.as_deref()).collect();
        let known_ground =
            oldest.len() == KNOWN_GROUND && oldest.iter().all(|id| known.contains(id.as_str()));
        let waiting: Vec<WorkItem> = told.into_iter().filter(at_work).collect();
        for item in &waiting {
            self.missing.remove(&item.id);
        }
        let waiting = self.hands.sink.unsettled(waiting).await;
        let settled = waiting.len();
        self.waiting = self.waiting.saturating_sub(settled);
        let brought = settled + self.believed(settled, ahead);
        // A cursor that leads to itself leads nowhere (graph-oauth.md §4).
        let next = page.comments.after.filter(|next| Some(next.as_str()) != after);
        let next = next.filter(|_| brought >= PAYS && !known_ground && self.wants_more());
        self.bet.page(brought, next.is_some());
        let sink = self.hands.sink;
        sink.call(&self.opened.access, &page.call, settled).await;
        sink.take(self.findings(waiting, &found, page.media, &page.call))
            .await?;
        Ok(next)
    }

    /// The last comments of a media's page. Of replies it is not known in which order they come.
    fn oldest(&self, page: &[Comment]) -> Vec<String> {
        let newest_first = page.iter().rev().take(KNOWN_GROUND);
        match self.edge {
            Edge::Media { .. } => newest_first.map(|comment| comment.id.clone()).collect(),
            Edge::Replies { .. } => Vec::new(),
        }
    }

    /// How many of the comments that no event tells of yet count as brought: all, where a page brought nothing else and
    /// so many events are missing that it is worth to look below them.
    fn believed(&mut self, settled: usize, ahead: usize) -> usize {
        if settled >= PAYS {
            return 0;
        }
        self.pages_ahead += 1;
        let worth = self.missing.len() >= self.pages_ahead * MISSING_PER_PAGE_AHEAD;
        if worth { ahead } else { 0 }
    }

    fn findings(
        &self,
        waiting: Vec<WorkItem>,
        found: &BTreeMap<String, Comment>,
        media: Option<MediaRow>,
        call: &Call,
    ) -> Settlement {
        let media_id = self.edge.media();
        let mut findings = Settlement {
            media: media.into_iter().collect(),
            ..Settlement::default()
        };
        for item in waiting {
            if let Some(comment) = item.object_id.as_ref().and_then(|id| found.get(id)) {
                let one = found::comment(comment, item, media_id, call.id, call.started_at);
                findings.settled.extend(one.settled);
                findings.comments.extend(one.comments);
            }
        }
        findings
    }

    /// A failed page is a failed try of the slice's events that it was to bring. Gives those that have to be
    /// read alone.
    async fn failed(&mut self, error: GraphError) -> Result<Vec<WorkItem>, StoreError> {
        let items = std::mem::take(&mut self.missing).into_values().collect();
        self.hands.decider.walk_failed(self.opened, items, error).await
    }
}

/// Comments and the replies under them, by id.
fn flatten(comments: &mut Vec<Comment>) -> BTreeMap<String, Comment> {
    let mut all = BTreeMap::new();
    for mut comment in comments.drain(..) {
        for mut reply in comment.replies.take().into_iter().flat_map(|page| page.data) {
            reply.parent_id.get_or_insert_with(|| comment.id.clone());
            all.insert(reply.id.clone(), reply);
        }
        all.insert(comment.id.clone(), comment);
    }
    all
}

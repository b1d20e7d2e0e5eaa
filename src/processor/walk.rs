//! Walks: pages of comments that settle every event they meet.
//!
//! A walk goes on only while the last page paid: two or more of ours. Cut off by its bound, it remembers
//! where, and the next slice goes on from there; events it did not reach stay pending without a try.

use std::collections::BTreeMap;

use super::found;
use super::lane::Opened;
use super::slice::Hands;
use crate::domain::EventId;
use crate::graph::{Call, Comment, GraphError, Page};
use crate::store::{MediaRow, Settlement, StoreError, WorkItem};

/// Pages in one walk at most.
const PAGES: usize = 20;
/// A page pays when it settles so many events.
const PAYS: usize = 2;

/// A page that was read.
struct Read {
    comments: Page<Comment>,
    call: Call,
}

/// Whose comments are walked.
#[derive(Clone, Copy)]
enum Edge<'h> {
    Media { id: &'h str, with_replies: bool },
    Replies { parent: &'h str },
}

/// The state of one walk.
struct Walk<'h, 'a> {
    hands: &'h Hands<'a>,
    opened: &'h Opened,
    edge: Edge<'h>,
    /// Events of the slice that no page has brought yet.
    missing: BTreeMap<EventId, WorkItem>,
    pages: usize,
}

/// How a walk ended.
enum End {
    /// No further page, or none that pays.
    Through,
    /// It may go on from here.
    Cut(String),
    /// A call failed, or nothing may be called now.
    Stopped,
}

/// Walks a media's comments, newest first. Gives the events of the slice that its pages did not bring.
pub(super) async fn media(
    hands: &Hands<'_>,
    media: &str,
    comments: Vec<WorkItem>,
    replies: Vec<WorkItem>,
    fresh: bool,
) -> Result<Vec<WorkItem>, StoreError> {
    let edge = Edge::Media {
        id: media,
        with_replies: !replies.is_empty(),
    };
    let missing = comments
        .into_iter()
        .chain(replies)
        .map(|item| (item.id, item))
        .collect();
    let mut walk = Walk {
        hands,
        opened: hands.any(),
        edge,
        missing,
        pages: 0,
    };
    let key = (hands.lane.account_key, media.to_owned());
    let saved = hands.parts.memory.cursor(&key).await;
    let Some(mut first) = walk.first_page(media, fresh).await? else {
        return Ok(std::mem::take(&mut walk.missing).into_values().collect());
    };
    let settled = walk.settle(&mut first, None).await?;
    // Where the newest page no longer pays, an earlier walk may have been cut off further down.
    let next = first.comments.after.filter(|_| settled >= PAYS).or(saved);
    let end = walk.go_on(next).await?;
    let cursor = match &end {
        End::Cut(cursor) => Some(cursor.clone()),
        End::Through | End::Stopped => None,
    };
    hands.parts.memory.keep_cursor(key, cursor).await;
    Ok(walk.left_over(&end))
}

/// Walks a comment's replies, by the same rule.
pub(super) async fn replies(
    hands: &Hands<'_>,
    parent: &str,
    replies: Vec<WorkItem>,
) -> Result<Vec<WorkItem>, StoreError> {
    let missing = replies.into_iter().map(|item| (item.id, item)).collect();
    let mut walk = Walk {
        hands,
        opened: hands.any(),
        edge: Edge::Replies { parent },
        missing,
        pages: 0,
    };
    let mut first = match walk.read(None).await {
        Ok(page) => page,
        Err(error) => return walk.failed(error).await,
    };
    let settled = walk.settle(&mut first, None).await?;
    let end = walk
        .go_on(first.comments.after.filter(|_| settled >= PAYS))
        .await?;
    Ok(walk.left_over(&end))
}

impl Walk<'_, '_> {
    /// Reads a page.
    async fn read(&self, after: Option<&str>) -> Result<Read, GraphError> {
        let (graph, access) = (&self.hands.parts.graph, &self.opened.access);
        let answer = match self.edge {
            Edge::Media { id, with_replies } => graph.comments_page(access, id, after, with_replies).await?,
            Edge::Replies { parent } => graph.replies_page(access, parent, after).await?,
        };
        Ok(Read {
            comments: answer.body,
            call: answer.call,
        })
    }

    /// The first page: with the media's own fields unless they were read lately. `None` if the call failed:
    /// what is missing then has to be read in another way.
    async fn first_page(&mut self, media: &str, fresh: bool) -> Result<Option<Read>, StoreError> {
        let (graph, access) = (&self.hands.parts.graph, &self.opened.access);
        let with_replies = matches!(
            self.edge,
            Edge::Media {
                with_replies: true,
                ..
            }
        );
        let read = if fresh {
            self.read(None).await.map(|page| (page.comments, None, page.call))
        } else {
            graph
                .media_with_comments(access, media, with_replies)
                .await
                .map(|answer| {
                    (
                        answer.body.comments,
                        Some(found::media(&answer.body.media, answer.call.started_at)),
                        answer.call,
                    )
                })
        };
        match read {
            Ok((comments, media, call)) => {
                let media: Vec<MediaRow> = media.into_iter().collect();
                self.hands
                    .sink
                    .take(Settlement {
                        media,
                        ..Settlement::default()
                    })
                    .await?;
                Ok(Some(Read { comments, call }))
            }
            Err(error) => {
                self.missing = self
                    .failed(error)
                    .await?
                    .into_iter()
                    .map(|item| (item.id, item))
                    .collect();
                Ok(None)
            }
        }
    }

    /// Further pages, as long as they pay.
    async fn go_on(&mut self, mut next: Option<String>) -> Result<End, StoreError> {
        while let Some(after) = next {
            if self.pages >= PAGES {
                return Ok(End::Cut(after));
            }
            if !self.hands.may_call().await {
                return Ok(End::Stopped);
            }
            let mut page = match self.read(Some(&after)).await {
                Ok(page) => page,
                Err(error) => {
                    self.missing = self
                        .failed(error)
                        .await?
                        .into_iter()
                        .map(|item| (item.id, item))
                        .collect();
                    return Ok(End::Through);
                }
            };
            let settled = self.settle(&mut page, Some(&after)).await?;
            next = page.comments.after.filter(|_| settled >= PAYS);
        }
        Ok(End::Through)
    }

    /// Settles every waiting event that the page brings; gives how many.
    async fn settle(&mut self, page: &mut Read, after: Option<&str>) -> Result<usize, StoreError> {
        self.pages += 1;
        // A cursor that leads to itself leads nowhere (graph-oauth.md §4).
        page.comments.after = page
            .comments
            .after
            .take()
            .filter(|next| Some(next.as_str()) != after);
        let found = flatten(&mut page.comments.data);
        let ids = found.keys().cloned().collect();
        let waiting = self
            .hands
            .parts
            .store
            .waiting_for(self.hands.lane.account_key, ids)
            .await?;
        let (call, now) = (page.call.id, page.call.started_at);
        let settled = waiting.len();
        self.hands
            .sink
            .call(&self.opened.access, &page.call, settled)
            .await;
        let mut findings = Settlement::default();
        for item in waiting {
            self.missing.remove(&item.id);
            let Some(comment) = item.object_id.as_ref().and_then(|id| found.get(id)) else {
                continue;
            };
            let media = match self.edge {
                Edge::Media { id, .. } => Some(id),
                Edge::Replies { .. } => None,
            };
            let one = found::comment(comment, item, media, call, now);
            findings.settled.extend(one.settled);
            findings.comments.extend(one.comments);
        }
        self.hands.sink.take(findings).await?;
        Ok(settled)
    }

    /// A failed page is a failed try of the slice's events that it was to bring.
    async fn failed(&mut self, error: GraphError) -> Result<Vec<WorkItem>, StoreError> {
        let items = std::mem::take(&mut self.missing).into_values().collect();
        self.hands.decider.walk_failed(self.opened, items, error).await
    }

    /// What has to be read in another way: nothing if the walk can go on, or must not be called now.
    fn left_over(self, end: &End) -> Vec<WorkItem> {
        match end {
            End::Through => self.missing.into_values().collect(),
            End::Cut(_) | End::Stopped => Vec::new(),
        }
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

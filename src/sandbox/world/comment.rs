//! Comments and the people who write them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Channel, Id, Kind, Lane, Place, Product, World, value};
use crate::domain::{Field, Login, Timestamp};

/// A person as an account knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    /// Their Instagram-scoped id, or the account's own id.
    pub(crate) id: Id,
    pub(crate) username: Box<str>,
}

/// A comment or a reply.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Comment {
    pub(crate) id: Id,
    pub(crate) media: Id,
    /// The top-level comment that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<Id>,
    pub(crate) text: Box<str>,
    pub(crate) from: Person,
    /// Written by the account that owns the media.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_owner: bool,
    pub(crate) timestamp: Timestamp,
    #[serde(default)]
    pub(crate) like_count: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) hidden: bool,
    /// Made on an ad: told by webhook, not listed by the media.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ad: Option<Box<Ad>>,
}

/// The ad under which a comment was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ad {
    pub(crate) id: String,
    pub(crate) title: Option<String>,
}

impl Comment {
    /// Where it stands among its siblings, by time.
    pub(crate) const fn place(&self) -> Place {
        Place {
            at: self.timestamp,
            id: self.id,
        }
    }
}

/// A comment with its replies in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CommentRecord {
    pub(crate) comment: Comment,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) replies: BTreeSet<Place>,
}

impl World {
    pub(super) fn add_comment(&mut self, comment: Comment, told_at: Option<Timestamp>) {
        *self.made.entry(Kind::Comment).or_default() += 1;
        let Some(record) = self.media.get_mut(&comment.media) else {
            return;
        };
        record.comments_count += 1;
        match comment.parent.and_then(|parent| self.comments.get_mut(&parent)) {
            Some(parent) => drop(parent.replies.insert(comment.place())),
            None if comment.ad.is_none() => drop(record.comments.insert(comment.place())),
            None => {}
        }
        if let (Some(at), Some(owner)) = (told_at, record.media.owner) {
            let live = record.media.product == Product::Live;
            let field = if live {
                Field::LiveComments
            } else {
                Field::Comments
            };
            let value = value::comment(&comment, &record.media);
            self.tell(owner, &field, Channel::Changes, at, &value);
        }
        let record = CommentRecord {
            comment,
            replies: BTreeSet::new(),
        };
        self.comments.insert(record.comment.id, record);
    }

    pub(super) fn delete_comment(&mut self, id: Id) {
        let Some(record) = self.comments.remove(&id) else {
            return;
        };
        let place = record.comment.place();
        let gone = 1 + record.replies.len();
        for reply in &record.replies {
            self.comments.remove(&reply.id);
        }
        if let Some(media) = self.media.get_mut(&record.comment.media) {
            media.comments.remove(&place);
            media.comments_count = media
                .comments_count
                .saturating_sub(u64::try_from(gone).unwrap_or(u64::MAX));
        }
        if let Some(parent) = record
            .comment
            .parent
            .and_then(|parent| self.comments.get_mut(&parent))
        {
            parent.replies.remove(&place);
        }
    }

    pub(super) fn mention(&mut self, account: Id, media: Id, comment: Option<Id>, at: Timestamp) {
        self.mentioned.insert((account, comment.unwrap_or(media)));
        let value = value::mention(media, comment);
        self.tell(account, &Field::Mentions, Channel::Changes, at, &value);
        // With Instagram Login a mention in a comment is told as a comment (meta-webhooks.md §4.0).
        let comment = comment.and_then(|id| self.comments.get(&id));
        if let (Some(record), Some(on)) = (comment, self.media.get(&media)) {
            let value = value::comment(&record.comment, &on.media);
            let lane = Lane {
                login: Login::Instagram,
                channel: Channel::Changes,
            };
            self.queue(lane, account, &Field::Comments, at, &value);
        }
    }
}

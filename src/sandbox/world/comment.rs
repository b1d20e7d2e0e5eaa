//! Comments and the people who write them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Id, Place};
use crate::domain::Timestamp;

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
#[derive(Debug)]
pub(crate) struct CommentRecord {
    pub(crate) comment: Comment,
    pub(crate) replies: BTreeSet<Place>,
}

//! Publishing containers: what becomes media once it is published (graph-publishing.md §2–3).

use std::collections::BTreeSet;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use super::{Details, Id, Kind, Media, MediaType, Place, Product, World};
use crate::domain::Timestamp;

/// A container.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Container {
    pub(crate) id: Id,
    pub(crate) account: Id,
    pub(crate) form: MediaType,
    pub(crate) product: Product,
    /// It is for a carousel, and never a post of its own.
    pub(crate) carousel_item: bool,
    pub(crate) caption: Option<String>,
    /// The containers of a carousel's items, in order.
    pub(crate) children: Vec<Id>,
    pub(crate) details: Details,
    pub(crate) made_at: Timestamp,
    /// None: its bytes have not come yet.
    pub(crate) ready_at: Option<Timestamp>,
    pub(crate) expires_at: Timestamp,
    /// The subcode with which processing ends.
    pub(crate) failure: Option<i64>,
    /// Of a resumable upload.
    pub(crate) upload: Option<Upload>,
    /// What was made of it; more than one only where that was set so.
    pub(crate) published: Vec<Id>,
    /// From here on it is read as published.
    pub(crate) published_at: Option<Timestamp>,
}

/// How far a resumable upload has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) bytes_transferred: u64,
    pub(crate) file_size: Option<u64>,
    pub(crate) is_complete: bool,
}

/// What a container's `status_code` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    InProgress,
    Finished,
    Published,
    Error,
    Expired,
}

impl Status {
    /// Meta's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Finished => "FINISHED",
            Self::Published => "PUBLISHED",
            Self::Error => "ERROR",
            Self::Expired => "EXPIRED",
        }
    }
}

impl Container {
    /// How it stands, as far as reads show it.
    pub(crate) fn status(&self, now: Timestamp) -> Status {
        if self.published_at.is_some_and(|at| at <= now) {
            return Status::Published;
        }
        if now >= self.expires_at {
            return Status::Expired;
        }
        match (self.ready_at, self.failure) {
            (Some(at), failure) if at <= now => failure.map_or(Status::Finished, |_| Status::Error),
            (Some(_) | None, _) => Status::InProgress,
        }
    }

    /// Where it stands among others, by time.
    pub(crate) const fn place(&self) -> Place {
        Place {
            at: self.made_at,
            id: self.id,
        }
    }
}

impl World {
    /// A new container, or one that has changed.
    pub(super) fn put_container(&mut self, container: Container) {
        if !self.containers.contains_key(&container.id) {
            *self.made.entry(Kind::Container).or_default() += 1;
        }
        if let Some(record) = self.accounts.get_mut(&container.account) {
            record.containers.insert(container.place());
        }
        self.containers.insert(container.id, container);
    }

    /// Media came of a container: the post first, then a carousel's items.
    pub(super) fn publish(&mut self, container: Id, media: Vec<Media>, read_from: Timestamp) {
        let Some(of) = self.containers.get_mut(&container) else {
            return;
        };
        if let Some(post) = media.first() {
            of.published.push(post.id);
            of.published_at.get_or_insert(read_from);
            if let Some(record) = self.accounts.get_mut(&of.account) {
                record.publications.insert(post.place());
            }
        }
        for one in media {
            self.add_media(one);
        }
    }
}

/// How many stand there after a moment.
pub(crate) fn since(places: &BTreeSet<Place>, moment: Timestamp) -> u64 {
    let last = Place {
        at: moment,
        id: Id::of(u64::MAX),
    };
    u64::try_from(places.range((Bound::Excluded(last), Bound::Unbounded)).count()).unwrap_or(u64::MAX)
}

//! The world that the sandbox simulates: accounts, Pages and people, containers, media, comments, stories, mentions,
//! messages, tokens and the codes before them, subscriptions, and the notifications that nobody has acknowledged yet.
//!
//! It changes by [`Change`]s alone, applied in order, so that a journal of them makes the same world again.
//! Lookups are by hash, pages by ordered sets: what a call costs does not grow with the world.

mod account;
mod apply;
mod change;
mod comment;
mod consent;
mod container;
mod details;
mod facebook;
mod id;
mod media;
mod message;
mod notice;
mod page;
mod portfolio;
mod state;
mod token;
mod value;

pub(crate) use account::{Account, AccountRecord};
pub(crate) use change::{Change, Destination, Snapshot};
pub(crate) use comment::{Ad, Comment, CommentRecord, Person};
pub(crate) use consent::{Code, Grant, Registration};
pub(crate) use container::{Container, Status, Upload, since};
pub(crate) use details::{Details, ProductTag, UserTag};
pub(crate) use facebook::{FacebookUser, Page, PageRecord, Task};
pub(crate) use id::{Id, Kind, igsid};
pub(crate) use media::{Media, MediaRecord, MediaType, Product};
pub(crate) use message::{Conversation, Message};
pub(crate) use notice::{Channel, Lane, Notice};
pub(crate) use page::{Place, Slice, Turned, turn};
pub(crate) use portfolio::{Ownership, Portfolio};
pub(crate) use state::World;
pub(crate) use token::{Holder, Token};

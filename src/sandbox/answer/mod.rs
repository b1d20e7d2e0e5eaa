//! Answers: which fields were asked for, and each kind of node written with just those.
//!
//! A selection is checked against what a node has before anything is written, so writing cannot fail.

mod account;
mod comment;
mod container;
mod edge;
mod lookup;
mod media;
mod message;
mod scene;
mod select;
mod shape;

pub(crate) use account::{account, business, page, user};
pub(crate) use comment::comment;
pub(crate) use container::{container, limit};
pub(crate) use edge::{Edge, edge};
pub(crate) use media::media;
pub(crate) use message::{conversation, is_in_reach, message, messages_of};
pub(crate) use scene::Scene;
pub(crate) use select::{Selected, select, slice, wants_comments};
pub(crate) use shape::{
    BUSINESS, CHILD, COMMENT, CONTAINER, CONVERSATION, FACEBOOK_ACCOUNT, INSTAGRAM_ACCOUNT, LIMIT, MEDIA,
    MESSAGE, PAGE, Shape, USER,
};

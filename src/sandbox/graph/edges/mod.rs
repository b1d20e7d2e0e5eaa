//! Lists of objects: comments, replies, media, stories, tags, children, Pages, permissions, conversations.

mod asked;
mod conversations;
mod media;
mod pages;
mod thread;
mod write;

pub(crate) use write::write;

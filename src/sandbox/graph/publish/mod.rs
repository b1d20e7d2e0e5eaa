//! Publishing (graph-publishing.md): containers made by Meta's rules, their media fetched, posts released, bytes
//! taken, and what can be done to a post afterwards.
//!
//! A write is done under the world's lock, after everything that can be wrong with it was told.

mod afterwards;
mod allowed;
mod caption;
mod children;
mod create;
mod draft;
mod format;
mod quota;
mod release;
mod said;
mod source;
mod tags;
mod upload;

pub(crate) use afterwards::{delete, enable_comments, say};
pub(crate) use create::create;
pub(crate) use quota::limit;
pub(crate) use release::release;
pub(crate) use upload::upload;

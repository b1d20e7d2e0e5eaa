//! The feed: what happened, in order, never skipping; by the page, or as a stream of server-sent events.
//!
//! A stream is a body that reads the same pages as the list, whenever its connection takes more: nothing is
//! queued for a client. One lookout finds out for all of them that there is news.

mod follower;
mod listing;
mod lookout;
mod slots;
mod streaming;

pub use listing::list;
pub use lookout::Lookout;
pub use slots::{Slots, StreamOptions};
pub use streaming::stream;

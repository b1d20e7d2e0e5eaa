//! What items say, as far as rows can be written from a payload alone; a file per kind.
//!
//! Every part but the one that names the object may be missing: Meta's payloads differ by product, age and
//! permission. What is not modelled stays in the payload.

mod comment;
mod kind;
mod mention;
mod message;
mod story;

pub use comment::Comment;
pub use kind::Content;
pub use mention::Mention;
pub use message::{Message, MessageEdit, MessageKind};
pub use story::Story;

//! Posts: asking for one, following it, and changing one's mind.

mod acts;
mod asked;
mod asked_beside;
mod asked_media;
mod creation;
mod listing;
mod single;
mod view;

pub use acts::{cancel, publish, resolve};
pub use asked::NewPost;
pub use creation::create;
pub use listing::list;
pub use single::{change, one};

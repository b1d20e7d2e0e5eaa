//! Meta's crawler: it fetches what is to be published from its address, and looks at what it got
//! (graph-publishing.md §5–6). It tells pictures and films by their first bytes, never by name or header, and
//! decodes nothing.

mod fetch;
mod film;
mod picture;

pub(crate) use fetch::{Fetched, fetch};
pub(crate) use film::{Film, look_at_film};
pub(crate) use picture::{MOST as PICTURE_BYTES, Ratio, look_at_picture};

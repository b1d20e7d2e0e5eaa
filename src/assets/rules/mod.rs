//! Meta's rules for files, as data in one place, and what a file has against them.
//!
//! Facts: graph-publishing.md §5. A fault is what Meta's table forbids; a warning is what it advises, or what happens to
//! the file without anybody asking. Where it is not known that Meta refuses, it is a warning: Meta has the last word.

mod check;
mod fault;
mod film;
mod picture;
mod place;
mod together;

pub use check::check;
pub use fault::{AssetFault, Severity};
pub use place::{Bounds, FilmBounds, Place, Ratio, bounds};
pub use together::check_together;

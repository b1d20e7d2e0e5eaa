//! Files that are uploaded with a key, and fetched by Meta without one.

mod keeping;
mod serving;
mod taking;
mod view;

pub use keeping::{list, one, remove};
pub use serving::{measure, serve};
pub use taking::take;

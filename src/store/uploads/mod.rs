//! Files that were uploaded: whose they are, under which digest their bytes lie, which posts need them, and their end.
//!
//! A row is never removed while a post that is not over refers to it: who refers locks the row, and so does who
//! removes it, before it looks. Bytes are removed by another room; what is to be looked at there is noted here.

mod ending;
mod files;
mod keeping;
mod model;
mod needs;

pub use ending::Ended;
pub use files::ShelfLook;
pub use model::{NewUpload, Upload};

pub(super) use ending::{end, end_of_accounts};
pub(super) use needs::{needed, over, refer, refer_anew};

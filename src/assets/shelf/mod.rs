//! Uploaded files on disk, by what they are: a file's name is the SHA-256 of its bytes.
//!
//! A file is there with all its bytes, durably, or not at all: it is written beside its place, made durable, renamed. The same
//! bytes are kept once, however often they are uploaded.

mod digest;
mod error;
mod held;
mod incoming;
mod place;

pub use digest::{Digest, DigestError};
pub use error::ShelfError;
pub use held::Stored;
pub use place::{Opened, Shelf};

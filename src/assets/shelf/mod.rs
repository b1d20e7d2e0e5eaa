//! Uploaded files on disk, by what they are: a file's name is the SHA-256 of its bytes.
//!
//! A file is there with all its bytes, durably, or not at all: it is written beside its place, made durable, renamed. The same
//! bytes are kept once, however often they are uploaded. Processes that share a shelf take turns.

mod copying;
mod digest;
mod error;
mod incoming;
mod locks;
mod place;
mod stored;

pub use digest::{Digest, DigestError};
pub use error::ShelfError;
pub use locks::KeptWhole;
pub use place::{Opened, Shelf};
pub use stored::{Removal, Stored, Written};

//! The files that posts are made of: what they are by their bytes, Meta's rules for them, and where they are kept.
//!
//! What a file is called, and what a host says of it, is never believed. Reading and judging are pure; only the shelf
//! touches a disk, and nothing here speaks to anybody. Decoding takes long: call it off the runtime's threads.

mod asset;
mod convert;
mod error;
mod inspect;
mod jpeg;
mod picture;
pub mod rules;
mod shelf;
mod signed_name;
mod sniff;
#[cfg(test)]
mod tests;
mod video;

pub use asset::{
    Asset, AudioCodec, AudioTrack, Container, Dimensions, Format, Image, Video, VideoCodec, VideoTrack,
};
pub use convert::convert;
pub use error::AssetError;
pub use inspect::{LONGEST_PICTURE, inspect, inspect_beginning, inspect_file};
pub use shelf::{Digest, DigestError, KeptWhole, Opened, Removal, Shelf, ShelfError, Stored, Written};
pub use signed_name::{NameError, NameKey, SignedName};

//! What a file really is: from bytes, from a beginning of them, or from a file on disk.

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::asset::Asset;
use super::error::AssetError;
use super::sniff::{self, Kind};
use super::{picture, video};

/// Pictures longer than this are not read into memory.
pub const LONGEST_PICTURE: u64 = 64 << 20;

/// Looks at a whole file. A picture is decoded to its end, so that what Meta could not read is found here.
pub fn inspect(bytes: &[u8]) -> Result<Asset, AssetError> {
    let length = bytes.len() as u64;
    match sniff::kind(bytes)? {
        Kind::Image(format) => picture::read(bytes, format).map(Asset::Image),
        Kind::Video => video::read(&mut Cursor::new(bytes), length, Some(length)).map(Asset::Video),
    }
}

/// Looks at the beginning of a file that has `total` bytes, if that is known. Of a picture it tells what its head says,
/// of a film what the index says, if that is at the beginning.
pub fn inspect_beginning(bytes: &[u8], total: Option<u64>) -> Result<Asset, AssetError> {
    let length = bytes.len() as u64;
    if total == Some(length) {
        return inspect(bytes);
    }
    match sniff::kind(bytes)? {
        Kind::Image(format) => picture::read_head(bytes, format, total.unwrap_or(length)).map(Asset::Image),
        Kind::Video => video::read(&mut Cursor::new(bytes), length, total).map(Asset::Video),
    }
}

/// Looks at a file on disk: a film's data are not read, only its boxes.
pub fn inspect_file(file: &mut (impl Read + Seek)) -> Result<Asset, AssetError> {
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let mut head = Vec::new();
    file.by_ref().take(sniff::ENOUGH as u64).read_to_end(&mut head)?;
    match sniff::kind(&head)? {
        Kind::Video => video::read(file, length, Some(length)).map(Asset::Video),
        Kind::Image(format) if length > LONGEST_PICTURE => {
            picture::read_head(&head, format, length).map(Asset::Image)
        }
        Kind::Image(format) => {
            file.rewind()?;
            let mut bytes = Vec::new();
            file.by_ref().take(LONGEST_PICTURE).read_to_end(&mut bytes)?;
            picture::read(&bytes, format).map(Asset::Image)
        }
    }
}

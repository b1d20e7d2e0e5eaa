//! The outermost boxes of a film: which kind it is, in what order they come, and whether the file goes on to its end.

use std::io::{self, Read, Seek, SeekFrom};

use mp4_atom::{Atom, DecodeMaybe, Ftyp, Header};

use super::index;
use crate::assets::asset::{Container, Video};
use crate::assets::error::AssetError;

/// Longer indexes are not read: an hour's has a few mebibytes.
const LONGEST_INDEX: u64 = 32 << 20;

/// A film in fragments has some thousands.
const MOST_BOXES: u32 = 100_000;

const LONGEST_BRANDS: u64 = 4 << 10;

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    brands: Option<Ftyp>,
    index: Option<Vec<u8>>,
    has_index: bool,
    data: bool,
    index_first: Option<bool>,
    fragmented: bool,
}

/// One of the outermost boxes.
struct Outer {
    name: [u8; 4],
    /// Where its inside begins.
    body: u64,
    /// Where it ends, if it tells.
    end: Option<u64>,
}

/// Reads a film of which there are `have` bytes here and `total` in all, if that is known.
pub(in crate::assets) fn read(
    file: &mut (impl Read + Seek),
    have: u64,
    total: Option<u64>,
) -> Result<Video, AssetError> {
    let seen = walk(file, have, total)?;
    if total == Some(have) && !seen.has_index {
        return Err(AssetError::CutOff("film"));
    }
    Ok(described(seen, total))
}

fn walk(file: &mut (impl Read + Seek), have: u64, total: Option<u64>) -> Result<Seen, AssetError> {
    let mut seen = Seen::default();
    let mut at = 0;
    for _ in 0..MOST_BOXES {
        let Some(outer) = header(file, at, have)? else {
            return Ok(seen);
        };
        let end = outer.end.or(total).unwrap_or(u64::MAX);
        if total.is_some_and(|total| end > total) {
            return Err(AssetError::CutOff("film"));
        }
        note(&mut seen, file, &outer, end.min(have))?;
        if end >= have {
            return Ok(seen);
        }
        at = end;
    }
    Err(AssetError::Malformed("film"))
}

fn header(file: &mut (impl Read + Seek), at: u64, have: u64) -> Result<Option<Outer>, AssetError> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(16.min(have.saturating_sub(at)))
        .read_to_end(&mut bytes)?;
    let mut rest = bytes.as_slice();
    let Some(header) = Header::decode_maybe(&mut rest).map_err(|_| AssetError::Malformed("film"))? else {
        return Ok(None);
    };
    let body = at + (bytes.len() - rest.len()) as u64;
    let end = header.size.map(|size| body.saturating_add(size as u64));
    Ok(Some(Outer {
        name: header.kind.into(),
        body,
        end,
    }))
}

fn note(seen: &mut Seen, file: &mut (impl Read + Seek), outer: &Outer, end: u64) -> io::Result<()> {
    let length = end.saturating_sub(outer.body);
    let complete = outer.end.is_none_or(|stated| stated == end);
    match &outer.name {
        b"ftyp" if length <= LONGEST_BRANDS && seen.brands.is_none() => {
            let body = inside(file, outer.body, length)?;
            seen.brands = Ftyp::decode_body(&mut body.as_slice()).ok();
        }
        b"moov" => {
            seen.has_index = true;
            seen.index_first.get_or_insert(!seen.data);
            if complete && length <= LONGEST_INDEX && seen.index.is_none() {
                seen.index = Some(inside(file, outer.body, length)?);
            }
        }
        b"mdat" => {
            seen.data = true;
            seen.index_first.get_or_insert(false);
        }
        b"moof" => seen.fragmented = true,
        _ => {}
    }
    Ok(())
}

fn inside(file: &mut (impl Read + Seek), from: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut body = Vec::new();
    file.take(length).read_to_end(&mut body)?;
    Ok(body)
}

fn described(seen: Seen, total: Option<u64>) -> Video {
    let brand = seen.brands.map(|brands| <[u8; 4]>::from(brands.major_brand));
    let container = match brand {
        Some(brand) if brand != *b"qt  " => Container::Mp4,
        _ => Container::Mov,
    };
    let mut video = Video {
        bytes: total,
        container,
        brand: brand
            .map(|brand| String::from_utf8_lossy(&brand).trim().to_owned())
            .unwrap_or_default(),
        index_first: seen.index_first,
        fragmented: seen.fragmented,
        duration: None,
        video: None,
        audio: None,
        index_read: false,
        edit_list: false,
    };
    if let Some(index) = seen.index {
        index::add(&index, &mut video);
    }
    video
}

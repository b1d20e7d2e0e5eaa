//! A JPEG's segments: whether it goes on to its end, and what a decoder does not tell.
//!
//! Decoders are kind: what is missing becomes grey. So its end is looked for here. A file of very many scans, each of
//! which costs a walk over the whole picture, is refused before anybody decodes it.

use super::error::AssetError;

/// What the segments tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Segments {
    /// Its end was seen.
    pub(super) ended: bool,
    /// Several pictures: a multi-picture index, or a stereo pair.
    pub(super) several: bool,
    /// Four components: colours for print.
    pub(super) for_print: bool,
}

/// What encoders make has a dozen.
const MOST_SCANS: u32 = 100;

/// Walks from segment to segment, over the compressed data between them.
pub(super) fn segments(bytes: &[u8]) -> Result<Segments, AssetError> {
    let mut found = Segments::default();
    let mut scans = 0;
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let Some((marker, after)) = next_marker(rest) {
        if marker == 0xd9 {
            found.ended = true;
            break;
        }
        let Some((body, after)) = split_segment(after) else {
            break;
        };
        match marker {
            0xc0..=0xc3 => found.for_print = body.get(5) == Some(&4),
            0xe2 => found.several |= body.starts_with(b"MPF\0"),
            0xe3 => found.several |= body.starts_with(b"_JPSJPS_"),
            0xda => scans += 1,
            _ => {}
        }
        if scans > MOST_SCANS {
            return Err(AssetError::Malformed("JPEG"));
        }
        rest = after;
    }
    Ok(found)
}

/// The next marker that is a segment's or the end, and what follows it. In compressed data `FF 00` is a byte `FF`, and
/// `FF D0` to `FF D7` let a decoder find its place again.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes;
    loop {
        let at = rest.iter().position(|byte| *byte == 0xff)?;
        rest = rest.get(at + 1..)?;
        match rest.first()? {
            0x00 | 0x01 | 0xd0..=0xd8 | 0xff => {}
            marker => return Some((*marker, rest.get(1..)?)),
        }
    }
}

/// A segment begins with its length, which counts itself.
fn split_segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, _) = bytes.split_first_chunk::<2>()?;
    let (segment, after) = bytes.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((segment.get(2..)?, after))
}

//! Films: MP4 or MOV by their first boxes, and how long they last, where that stands at the beginning.

use super::Fetched;
use crate::sandbox::errors::GraphFault;

/// What is known of a film.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Film {
    /// None: it is not told at the beginning.
    pub(crate) milliseconds: Option<u64>,
}

/// What an old `QuickTime` file may begin with, which has no `ftyp`.
const QUICKTIME: [&[u8]; 5] = [b"moov", b"mdat", b"wide", b"free", b"skip"];

/// Looks at a film of at most so many bytes.
pub(crate) fn look_at_film(fetched: &Fetched, most: u64) -> Result<Film, GraphFault> {
    let bytes = fetched.head.as_slice();
    let kind = bytes.get(4..8).unwrap_or_default();
    if kind != b"ftyp" && !QUICKTIME.contains(&kind) {
        return Err(GraphFault::of(352, Some(2_207_026)));
    }
    if fetched.length > most {
        return Err(GraphFault::of(-1, Some(2_207_053)));
    }
    let header = inside(bytes, b"moov").and_then(|moov| inside(moov, b"mvhd"));
    Ok(Film {
        milliseconds: header.and_then(duration),
    })
}

/// What stands in the first box of a kind, as far as it is there.
fn inside<'a>(mut bytes: &'a [u8], kind: &[u8]) -> Option<&'a [u8]> {
    loop {
        let short = u64::from(number(bytes, 0)?);
        let (size, header) = match short {
            0 => (u64::MAX, 8),
            1 => (
                u64::from(number(bytes, 8)?) << 32 | u64::from(number(bytes, 12)?),
                16,
            ),
            size => (size, 8),
        };
        let end = usize::try_from(size).unwrap_or(usize::MAX).min(bytes.len());
        if bytes.get(4..8)? == kind {
            return bytes.get(header..end);
        }
        bytes = bytes.get(end.max(8)..)?;
    }
}

/// Of a movie header: its duration in its own units, behind dates of 32 or 64 bits.
fn duration(header: &[u8]) -> Option<u64> {
    let (units, length) = match header.first()? {
        1 => (
            number(header, 20)?,
            u64::from(number(header, 24)?) << 32 | u64::from(number(header, 28)?),
        ),
        _ => (number(header, 12)?, u64::from(number(header, 16)?)),
    };
    length.checked_mul(1_000)?.checked_div(u64::from(units))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    four.try_into().map(u32::from_be_bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8], inside: &[u8]) -> Vec<u8> {
        let size = u32::try_from(8 + inside.len()).unwrap();
        [&size.to_be_bytes(), kind, inside].concat()
    }

    fn film(bytes: Vec<u8>) -> Fetched {
        Fetched {
            length: u64::try_from(bytes.len()).unwrap(),
            head: bytes,
        }
    }

    #[test]
    fn a_film_tells_how_long_it_is() {
        let mut header = vec![0; 12];
        header.extend(600_u32.to_be_bytes());
        header.extend(9_000_u32.to_be_bytes());
        let mvhd = boxed(b"mvhd", &header);
        let bytes = [
            boxed(b"ftyp", b"isom"),
            boxed(b"free", b""),
            boxed(b"moov", &mvhd),
        ]
        .concat();
        let found = look_at_film(&film(bytes.clone()), 1_000).unwrap();
        assert_eq!(found.milliseconds, Some(15_000));
        assert_eq!(look_at_film(&film(bytes), 10).unwrap_err().code, -1);
    }

    #[test]
    fn boxes_that_lie_about_their_size_end_the_search() {
        for bytes in [
            vec![0, 0, 0, 0, b'f', b't', b'y', b'p'],
            vec![
                0, 0, 0, 3, b'f', b't', b'y', b'p', 0, 0, 0, 1, b'm', b'o', b'o', b'v',
            ],
            vec![
                0, 0, 0, 1, b'm', b'o', b'o', b'v', 255, 255, 255, 255, 255, 255, 255, 255,
            ],
        ] {
            assert_eq!(look_at_film(&film(bytes), 1_000).unwrap().milliseconds, None);
        }
        assert_eq!(
            look_at_film(&film(b"GIF89a..".to_vec()), 9).unwrap_err().code,
            352
        );
    }
}

//! Pictures: JPEG, whole, not too big, and in a feed of a ratio between 4:5 and 1.91:1 (graph-publishing.md §5).

use super::Fetched;
use crate::sandbox::errors::GraphFault;

/// Most bytes of a picture: 8 MiB.
pub(crate) const MOST: u64 = 8 << 20;

/// Whether the ratio of a picture matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ratio {
    /// It stands in the feed.
    OfFeed,
    Any,
}

/// Ratios of the feed, with a little room for whole pixels.
const FEED: std::ops::RangeInclusive<f64> = 0.798..=1.912;

/// The end of a JPEG stands among its last bytes.
const TAIL: usize = 1_024;

/// Whether a picture can be published.
pub(crate) fn look_at_picture(fetched: &Fetched, ratio: Ratio) -> Result<(), GraphFault> {
    let bytes = fetched.head.as_slice();
    if fetched.length > MOST {
        return Err(GraphFault::of(36_000, Some(2_207_004)));
    }
    let bad_format = || GraphFault::of(36_001, Some(2_207_005));
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default();
    let is_whole = tail.windows(2).any(|pair| pair == [0xff, 0xd9]);
    if !bytes.starts_with(&[0xff, 0xd8, 0xff]) || !is_whole {
        return Err(bad_format());
    }
    let size = imagesize::blob_size(bytes).map_err(|_| bad_format())?;
    if size.width == 0 || size.height == 0 {
        return Err(bad_format());
    }
    #[expect(clippy::cast_precision_loss, reason = "a JPEG's sides take 16 bits")]
    let measured = size.width as f64 / size.height as f64;
    if ratio == Ratio::OfFeed && !FEED.contains(&measured) {
        return Err(GraphFault::of(36_003, Some(2_207_009)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG's frame of this size, without a picture in it.
    fn jpeg(width: u16, height: u16) -> Fetched {
        let mut head = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8];
        head.extend(height.to_be_bytes());
        head.extend(width.to_be_bytes());
        head.extend([1, 1, 0x11, 0, 0xff, 0xd9]);
        let length = u64::try_from(head.len()).unwrap();
        Fetched { head, length }
    }

    #[test]
    fn ratios_are_those_of_the_feed_and_free_elsewhere() {
        for (width, height, fits) in [
            (1080, 1350, true),
            (1080, 1080, true),
            (1200, 628, true),
            (1080, 1351, true),
            (1080, 1400, false),
            (1080, 1920, false),
            (2000, 1000, false),
        ] {
            let picture = jpeg(width, height);
            let found = look_at_picture(&picture, Ratio::OfFeed).map_err(|fault| fault.subcode);
            assert_eq!(found.is_ok(), fits, "{width}x{height}: {found:?}");
            assert!(look_at_picture(&picture, Ratio::Any).is_ok());
        }
    }

    #[test]
    fn what_is_no_whole_jpeg_is_refused() {
        let whole = jpeg(1080, 1080);
        let cut = Fetched {
            head: whole.head[..whole.head.len() - 2].to_vec(),
            length: 1,
        };
        let png = Fetched {
            head: b"\x89PNG\r\n\x1a\n".to_vec(),
            length: 8,
        };
        for bad in [cut, png, Fetched::default()] {
            let fault = look_at_picture(&bad, Ratio::Any).unwrap_err();
            assert_eq!((fault.code, fault.subcode), (36_001, Some(2_207_005)));
        }
        let huge = Fetched {
            length: MOST + 1,
            ..whole
        };
        assert_eq!(look_at_picture(&huge, Ratio::Any).unwrap_err().code, 36_000);
    }
}

//! Pictures: their size as people see it, and whether they can be decoded to the end, within bounds of memory.

use std::io::{Cursor, ErrorKind};

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::error::ImageError;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits};

use super::asset::{Dimensions, Format, Image};
use super::error::AssetError;
use super::jpeg::{self, Segments};

/// So many millions of pixels are decoded: a telephone's largest pictures have 48 or 49.
const MOST_MEGAPIXELS: u64 = 50;

/// What decoded pixels may take: 50 million of four bytes, and the decoder's own needs.
const MOST_BYTES: u64 = 256 << 20;

/// A picture decoded, for converting.
pub(super) struct Decoded {
    /// As people see it.
    pub(super) pixels: DynamicImage,
    /// What its numbers mean, if it says so.
    pub(super) profile: Option<Vec<u8>>,
}

type Source<'a> = Cursor<&'a [u8]>;

/// A decoder that has read the head.
struct Opened<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    orientation: Orientation,
    animated: bool,
    shown: Dimensions,
}

/// What the picture is; decodes all of it.
pub(super) fn read(bytes: &[u8], format: Format) -> Result<Image, AssetError> {
    let Some(opened) = open(bytes, format)? else {
        return Ok(recognised(format, bytes.len() as u64));
    };
    let segments = whole_segments(bytes, format)?;
    let image = described(&opened, segments, format, bytes.len() as u64);
    decode(opened, format)?;
    Ok(image)
}

/// What the head of a picture of `total` bytes tells.
pub(super) fn read_head(bytes: &[u8], format: Format, total: u64) -> Result<Image, AssetError> {
    let Some(opened) = open(bytes, format)? else {
        return Ok(recognised(format, total));
    };
    let segments = match format {
        Format::Jpeg => jpeg::segments(bytes)?,
        _ => Segments::default(),
    };
    Ok(described(&opened, segments, format, total))
}

/// The picture's pixels, turned as people see them.
pub(super) fn pixels(bytes: &[u8], format: Format) -> Result<Decoded, AssetError> {
    let mut opened = open(bytes, format)?.ok_or(AssetError::NotConvertible(format))?;
    whole_segments(bytes, format)?;
    let orientation = opened.orientation;
    let profile = opened.decoder.icc_profile().ok().flatten();
    let mut pixels = decode(opened, format)?;
    pixels.apply_orientation(orientation);
    Ok(Decoded { pixels, profile })
}

/// A format that is told from others, and no more.
fn recognised(format: Format, bytes: u64) -> Image {
    let animated = format == Format::Gif;
    Image {
        bytes,
        format,
        shown: None,
        orientation: 1,
        animated,
        several: false,
        for_print: false,
    }
}

fn described(opened: &Opened<'_>, segments: Segments, format: Format, bytes: u64) -> Image {
    Image {
        bytes,
        format,
        shown: Some(opened.shown),
        orientation: opened.orientation.to_exif(),
        animated: opened.animated,
        several: segments.several,
        for_print: segments.for_print,
    }
}

fn whole_segments(bytes: &[u8], format: Format) -> Result<Segments, AssetError> {
    if format != Format::Jpeg {
        return Ok(Segments::default());
    }
    let segments = jpeg::segments(bytes)?;
    if segments.ended {
        Ok(segments)
    } else {
        Err(AssetError::CutOff("JPEG"))
    }
}

/// Reads the head; `None` for a format that is not decoded here.
fn open(bytes: &[u8], format: Format) -> Result<Option<Opened<'_>>, AssetError> {
    let fault = |error| fault(error, format);
    let source: Source<'_> = Cursor::new(bytes);
    let (mut decoder, animated): (Box<dyn ImageDecoder>, bool) = match format {
        Format::Jpeg => (Box::new(JpegDecoder::new(source).map_err(fault)?), false),
        Format::Png => {
            let decoder = PngDecoder::with_limits(source, limits()).map_err(fault)?;
            let animated = decoder.is_apng().map_err(fault)?;
            (Box::new(decoder), animated)
        }
        Format::WebP => {
            let decoder = WebPDecoder::new(source).map_err(fault)?;
            let animated = decoder.has_animation();
            (Box::new(decoder), animated)
        }
        _ => return Ok(None),
    };
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let shown = turned(Dimensions::new(width, height), orientation);
    if shown.pixels() > MOST_MEGAPIXELS * 1_000_000 || decoder.total_bytes() > MOST_BYTES {
        return Err(AssetError::TooManyPixels(MOST_MEGAPIXELS));
    }
    decoder.set_limits(limits()).map_err(fault)?;
    Ok(Some(Opened {
        decoder,
        orientation,
        animated,
        shown,
    }))
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_BYTES);
    limits
}

fn decode(opened: Opened<'_>, format: Format) -> Result<DynamicImage, AssetError> {
    DynamicImage::from_decoder(opened.decoder).map_err(|error| fault(error, format))
}

fn turned(stored: Dimensions, orientation: Orientation) -> Dimensions {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => stored.turned(),
        _ => stored,
    }
}

/// An end that comes too early, and a size that is too much, are told from damage.
fn fault(error: ImageError, format: Format) -> AssetError {
    let kind = name(format);
    match error {
        ImageError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => AssetError::CutOff(kind),
        ImageError::Limits(_) => AssetError::TooManyPixels(MOST_MEGAPIXELS),
        source => AssetError::Damaged { kind, source },
    }
}

const fn name(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "JPEG",
        Format::Png => "PNG",
        _ => "WebP",
    }
}

//! The kind of a file, by its first bytes.

use super::asset::{Container, Format};
use super::error::AssetError;

/// What the first bytes announce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Image(Format),
    Video,
}

/// So many bytes are enough.
pub(super) const ENOUGH: usize = 512;

/// Major brands of pictures that are packed like films.
const PICTURE_BRANDS: [(&[u8; 4], Format); 9] = [
    (b"heic", Format::Heic),
    (b"heix", Format::Heic),
    (b"heim", Format::Heic),
    (b"hevc", Format::Heic),
    (b"mif1", Format::Heic),
    (b"msf1", Format::Heic),
    (b"MiHE", Format::Heic),
    (b"avif", Format::Avif),
    (b"avis", Format::Avif),
];

/// Boxes with which a film begins.
const FIRST_BOXES: [&[u8; 4]; 8] = [
    b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp",
];

/// The kind of the file that begins so.
pub(super) fn kind(bytes: &[u8]) -> Result<Kind, AssetError> {
    if bytes.is_empty() {
        return Err(AssetError::Empty);
    }
    if let Some(format) = by_magic(bytes) {
        return Ok(Kind::Image(format));
    }
    match bytes.get(4..8) {
        Some(b"ftyp") => Ok(of_brand(bytes.get(8..12).unwrap_or_default())),
        Some(first) if FIRST_BOXES.into_iter().any(|name| name == first) => Ok(Kind::Video),
        _ => Err(page(bytes).map_or(AssetError::Unknown, AssetError::Page)),
    }
}

fn by_magic(bytes: &[u8]) -> Option<Format> {
    match image::guess_format(bytes).ok()? {
        image::ImageFormat::Jpeg => Some(Format::Jpeg),
        image::ImageFormat::Png => Some(Format::Png),
        image::ImageFormat::WebP => Some(Format::WebP),
        image::ImageFormat::Gif => Some(Format::Gif),
        image::ImageFormat::Bmp => Some(Format::Bmp),
        image::ImageFormat::Tiff => Some(Format::Tiff),
        image::ImageFormat::Avif => Some(Format::Avif),
        _ => None,
    }
}

fn of_brand(brand: &[u8]) -> Kind {
    let picture = PICTURE_BRANDS.iter().find(|(name, _)| *name == brand);
    picture.map_or(Kind::Video, |(_, format)| Kind::Image(*format))
}

/// What a film is packed in: without a brand it is from before there were any, and `QuickTime`'s.
pub(super) fn container(bytes: &[u8]) -> Container {
    match (bytes.get(4..8), bytes.get(8..12)) {
        (Some(b"ftyp"), Some(brand)) if brand != b"qt  " => Container::Mp4,
        _ => Container::Mov,
    }
}

/// What text it is, if it is text.
fn page(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..ENOUGH).unwrap_or(bytes);
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let text = text.trim_start().to_ascii_lowercase();
    let shown = |letter: char| !letter.is_control() || letter.is_ascii_whitespace();
    match text.get(..1) {
        Some("<") if text.contains("<svg") => Some("an SVG drawing"),
        Some("<") if text.starts_with("<?xml") && !text.contains("<html") => Some("an XML document"),
        Some("<") => Some("an HTML page"),
        Some("{" | "[") => Some("a JSON document"),
        _ if text
            .chars()
            .all(|letter| shown(letter) && letter != char::REPLACEMENT_CHARACTER) =>
        {
            Some("text")
        }
        _ => None,
    }
}

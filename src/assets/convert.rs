//! Uploaded pictures made into what Meta takes: a JPEG within its bounds.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageEncoder, Rgb, RgbImage};

use super::asset::{Asset, Format, Image};
use super::error::AssetError;
use super::inspect::inspect;
use super::picture::{self, Decoded};
use super::rules::{Place, bounds};

/// Tried one after the other until the picture is small enough.
const QUALITIES: [u8; 5] = [92, 86, 80, 72, 64];

/// Meta's 8 MB are 8 MiB in one place and said plainly in another: what is made here is below both.
const AIM: u64 = 8_000_000;

/// Meta shows no picture wider than this (graph-publishing.md §5).
const SHOWN_WIDTH: u32 = 1_440;

/// A JPEG that says how its numbers are meant keeps saying so only up to here.
const LONGEST_PROFILE: usize = 64 << 10;

/// Makes a picture into a JPEG for this place. A JPEG that Meta takes as it is stays byte for byte. What was said of the
/// picture beside its pixels (where, when, by which camera) is dropped, but for the colour profile, without which the
/// numbers would mean other colours; transparent parts become white. Nothing is cropped.
pub fn convert(bytes: &[u8], place: Place) -> Result<Vec<u8>, AssetError> {
    let Asset::Image(image) = inspect(bytes)? else {
        return Err(AssetError::NotAPicture);
    };
    if is_fine(&image, bounds(place).bytes) {
        return Ok(bytes.to_vec());
    }
    if image.animated {
        return Err(AssetError::Animated(image.format));
    }
    let Decoded { pixels, profile } = picture::pixels(bytes, image.format)?;
    let profile = profile.filter(|profile| is_kept(profile));
    encode(flattened(pixels), profile.as_deref(), AIM, SHOWN_WIDTH)
}

fn is_fine(image: &Image, most: u64) -> bool {
    image.format == Format::Jpeg && image.bytes <= most && !image.for_print && !image.several
}

/// Bytes 16 to 19 name the kind of numbers that a profile is for.
fn is_kept(profile: &[u8]) -> bool {
    profile.len() <= LONGEST_PROFILE && profile.get(16..20) == Some(b"RGB ")
}

/// On white, as a page would show it.
fn flattened(pixels: DynamicImage) -> RgbImage {
    if !pixels.color().has_alpha() {
        return pixels.into_rgb8();
    }
    let from = pixels.into_rgba8();
    let mut on_white = RgbImage::new(from.width(), from.height());
    for (to, from) in on_white.pixels_mut().zip(from.pixels()) {
        let [red, green, blue, alpha] = from.0;
        *to = Rgb([red, green, blue].map(|part| over_white(part, alpha)));
    }
    on_white
}

fn over_white(part: u8, alpha: u8) -> u8 {
    let (part, alpha) = (u32::from(part), u32::from(alpha));
    let mixed = (part * alpha + 255 * (255 - alpha) + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

/// Lowers the quality step by step; where that is not enough, the picture gets the width that Meta shows at most.
pub(super) fn encode(
    pixels: RgbImage,
    profile: Option<&[u8]>,
    most: u64,
    widest: u32,
) -> Result<Vec<u8>, AssetError> {
    if let Some(file) = first_within(&pixels, profile, most)? {
        return Ok(file);
    }
    if pixels.width() > widest {
        let small = DynamicImage::from(pixels).resize(widest, u32::MAX, FilterType::Lanczos3);
        if let Some(file) = first_within(&small.into_rgb8(), profile, most)? {
            return Ok(file);
        }
    }
    Err(AssetError::TooLarge(most))
}

fn first_within(pixels: &RgbImage, profile: Option<&[u8]>, most: u64) -> Result<Option<Vec<u8>>, AssetError> {
    for quality in QUALITIES {
        let file = encoded(pixels, profile, quality).map_err(|source| AssetError::Damaged {
            kind: "picture",
            source,
        })?;
        if file.len() as u64 <= most {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

fn encoded(pixels: &RgbImage, profile: Option<&[u8]>, quality: u8) -> Result<Vec<u8>, image::ImageError> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
    if let Some(profile) = profile {
        // A profile that the encoder cannot write is left out: the picture is more than its colours.
        encoder.set_icc_profile(profile.to_vec()).ok();
    }
    encoder.encode_image(pixels)?;
    Ok(file)
}

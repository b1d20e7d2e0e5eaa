//! A picture against the rules of its place.

use super::check::{self, Words};
use super::fault::AssetFault;
use super::place::{Bounds, Place};
use crate::assets::asset::{Dimensions, Format, Image};

const WORDS: Words = Words {
    thing: "picture",
    too_large: "image-too-large",
    ratio: "image-ratio",
    advised: "image-ratio-advised",
};

/// All that it has against them.
pub(super) fn check(image: &Image, place: Place, bounds: &Bounds) -> Vec<AssetFault> {
    let shown = image.shown;
    let mut faults = Vec::new();
    faults.extend(format_of(image));
    faults.extend(check::size(Some(image.bytes), place, bounds, &WORDS));
    faults.extend(shown.and_then(|shown| check::shape(shown, place, bounds, &WORDS)));
    faults.extend(shown.and_then(|shown| scaled(shown, bounds)));
    faults.extend(unusual(image));
    faults
}

fn format_of(image: &Image) -> Option<AssetFault> {
    let fix = match image.format {
        Format::Jpeg => return None,
        _ if image.animated => "upload it as a film (MP4), or give one picture of it as JPEG",
        Format::Png | Format::WebP => {
            "upload the file instead of giving its URL, then it is turned into JPEG; or give a JPEG"
        }
        _ => "export it as JPEG",
    };
    let message = format!("the picture is {}; Instagram takes JPEG only", image.format);
    Some(AssetFault::fault("image-format", message, fix))
}

fn scaled(shown: Dimensions, bounds: &Bounds) -> Option<AssetFault> {
    let (least, most) = bounds.scaled_to?;
    let width = shown.width;
    if width < least {
        let message = format!("the picture is {width} pixels wide; Instagram scales it up to {least}");
        return Some(AssetFault::warning(
            "image-too-narrow",
            message,
            "give a larger one, else it looks soft",
        ));
    }
    if width > most {
        let message = format!("the picture is {width} pixels wide; Instagram scales it down to {most}");
        let fix = format!("nothing need be done; for full control give one that is {most} wide");
        return Some(AssetFault::warning("image-too-wide", message, fix));
    }
    None
}

/// What works in most places and is not sure to work in Meta's.
fn unusual(image: &Image) -> Option<AssetFault> {
    if image.several {
        let message = "the JPEG holds several pictures (MPO or JPS); Instagram takes plain JPEG".to_owned();
        let fix = "export it as a plain JPEG, or upload it, then it is made one";
        return Some(AssetFault::warning("image-several", message, fix));
    }
    if image.for_print {
        let message = "the JPEG's colours are CMYK; Instagram takes sRGB".to_owned();
        let fix = "export it with sRGB colours, or upload it, then it is turned into RGB";
        return Some(AssetFault::warning("image-for-print", message, fix));
    }
    None
}

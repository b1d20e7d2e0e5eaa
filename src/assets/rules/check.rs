//! A file against the rules of its place; and what pictures and films have in common.

use super::fault::AssetFault;
use super::place::{Bounds, Place, bounds};
use super::{film, picture};
use crate::assets::asset::{Asset, Dimensions};

/// All that the file has against the rules of this place, faults and warnings.
pub fn check(asset: &Asset, place: Place) -> Vec<AssetFault> {
    let bounds = bounds(place);
    match (asset, bounds.film) {
        (Asset::Image(image), None) => picture::check(image, place, &bounds),
        (Asset::Video(video), Some(of_film)) => film::check(video, place, &bounds, &of_film),
        (Asset::Video(_), None) => vec![AssetFault::fault(
            "image-needed",
            format!("this is a film, and {place} must be a picture"),
            "give a JPEG, or make another kind of post",
        )],
        (Asset::Image(image), Some(_)) => vec![AssetFault::fault(
            "video-needed",
            format!("this is a {} picture, and {place} must be a film", image.format),
            "give an MP4 or MOV, or make another kind of post",
        )],
    }
}

/// Words that differ between pictures and films.
pub(super) struct Words {
    pub(super) thing: &'static str,
    pub(super) too_large: &'static str,
    pub(super) ratio: &'static str,
    pub(super) advised: &'static str,
}

/// More bytes than are taken.
pub(super) fn size(bytes: Option<u64>, place: Place, bounds: &Bounds, words: &Words) -> Option<AssetFault> {
    let bytes = bytes.filter(|bytes| *bytes > bounds.bytes)?;
    let message = format!(
        "the {} has {bytes} bytes; {place} may have {} at most",
        words.thing, bounds.bytes
    );
    Some(AssetFault::fault(
        words.too_large,
        message,
        "export it smaller, or with a lower quality",
    ))
}

/// A shape that is not taken, or one that does not fill the screen.
pub(super) fn shape(shown: Dimensions, place: Place, bounds: &Bounds, words: &Words) -> Option<AssetFault> {
    let is = format!("the {} is {:.2}:1 ({shown})", words.thing, shown.ratio());
    if let Some((narrowest, widest)) = bounds.ratio {
        let limit = if narrowest.is_wider_than(shown) {
            narrowest
        } else {
            widest
        };
        if limit.is_wider_than(shown) && limit == narrowest || limit.is_narrower_than(shown) {
            let message = format!("{is}; {place} must be between {narrowest} and {widest}");
            let fix = format!("crop it, for example to {}", limit.cut_from(shown));
            return Some(AssetFault::fault(words.ratio, message, fix));
        }
    }
    let advised = bounds
        .advised
        .filter(|ratio| !is_about(ratio.cut_from(shown), shown))?;
    let message = format!("{is}; {advised} fills the screen of {place}");
    let fix = format!("crop it to {}, or leave it with borders", advised.cut_from(shown));
    Some(AssetFault::warning(words.advised, message, fix))
}

/// Within one hundredth: what nobody sees.
pub(super) fn is_about(one: Dimensions, other: Dimensions) -> bool {
    (one.ratio() / other.ratio() - 1.0).abs() < 0.01
}

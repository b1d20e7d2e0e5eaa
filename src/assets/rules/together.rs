//! The files of a carousel beside each other.

use super::check::is_about;
use super::fault::AssetFault;
use crate::assets::asset::{Asset, Dimensions};

/// What the first file does to the others: all are cropped to its shape (graph-publishing.md §2). Gives each one's place in
/// the row.
pub fn check_together(assets: &[&Asset]) -> Vec<(usize, AssetFault)> {
    let sizes: Vec<Option<Dimensions>> = assets.iter().map(|asset| shown(asset)).collect();
    let Some(first) = sizes.first().copied().flatten() else {
        return Vec::new();
    };
    let others = sizes.into_iter().enumerate().skip(1);
    others
        .filter_map(|(at, size)| Some((at, size?)))
        .filter(|(_, size)| !is_about(*size, first))
        .map(|(at, size)| (at, cropped(size, first)))
        .collect()
}

fn shown(asset: &Asset) -> Option<Dimensions> {
    match asset {
        Asset::Image(image) => image.shown,
        Asset::Video(video) => video.video.as_ref()?.shown,
    }
}

fn cropped(size: Dimensions, first: Dimensions) -> AssetFault {
    let message = format!(
        "this one is {size}, the first {first}; Instagram crops all of a carousel to the first one's shape"
    );
    AssetFault::warning(
        "carousel-cropped",
        message,
        "give all of them one shape, or put this one first",
    )
}

//! What a container is to become, told by `media_type` and what stands beside it (graph-publishing.md §2).

use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;
use crate::sandbox::world::{MediaType, Product};

/// A column of the table of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Image,
    Reel,
    Carousel,
    ImageItem,
    VideoItem,
    ImageStory,
    VideoStory,
}

impl Format {
    /// Reads what is asked for.
    pub(super) fn read(request: &Request) -> Result<Self, GraphFault> {
        let item = request.flag("is_carousel_item")?.unwrap_or(false);
        match (request.param("media_type"), item) {
            (None | Some("IMAGE"), false) => Ok(Self::Image),
            (None | Some("IMAGE"), true) => Ok(Self::ImageItem),
            (Some("VIDEO"), true) => Ok(Self::VideoItem),
            (Some("REELS"), false) => Ok(Self::Reel),
            (Some("CAROUSEL"), false) => Ok(Self::Carousel),
            (Some("STORIES"), false) => story(request),
            (Some("VIDEO"), false) => Err(GraphFault::of(100, Some(2_207_023)).with_words(
                "The VIDEO value for media_type is no longer supported. Use the REELS media_type to publish a video.",
            )),
            (Some("REELS" | "CAROUSEL" | "STORIES"), true) => Err(GraphFault::bad_parameter(
                "Param is_carousel_item is for images and videos only",
            )),
            (Some(_), _) => Err(GraphFault::of(100, Some(2_207_023))),
        }
    }

    /// Its form when it is published.
    pub(super) const fn form(self) -> MediaType {
        match self {
            Self::Image | Self::ImageItem | Self::ImageStory => MediaType::Image,
            Self::Reel | Self::VideoItem | Self::VideoStory => MediaType::Video,
            Self::Carousel => MediaType::CarouselAlbum,
        }
    }

    /// Where it is shown.
    pub(super) const fn product(self) -> Product {
        match self {
            Self::Image | Self::Carousel | Self::ImageItem | Self::VideoItem => Product::Feed,
            Self::Reel => Product::Reels,
            Self::ImageStory | Self::VideoStory => Product::Story,
        }
    }

    /// Whether it is an item of a carousel.
    pub(super) const fn is_item(self) -> bool {
        matches!(self, Self::ImageItem | Self::VideoItem)
    }

    /// Most bytes of its film (§5).
    pub(super) const fn film_bytes(self) -> u64 {
        match self {
            Self::VideoStory => 100_000_000,
            _ => 300_000_000,
        }
    }

    /// How long its film may last, in milliseconds, with a little room for whole frames (§5).
    pub(super) const fn film_lasts(self) -> std::ops::RangeInclusive<u64> {
        match self {
            Self::Reel => 2_900..=900_900,
            Self::VideoStory => 2_900..=60_900,
            _ => 0..=u64::MAX,
        }
    }
}

fn story(request: &Request) -> Result<Format, GraphFault> {
    let uploaded = request.param("upload_type").is_some();
    match (request.param("image_url"), request.param("video_url")) {
        (Some(_), None) if !uploaded => Ok(Format::ImageStory),
        (None, Some(_)) => Ok(Format::VideoStory),
        (None, None) if uploaded => Ok(Format::VideoStory),
        _ => Err(GraphFault::bad_parameter(
            "A story needs either image_url or video_url",
        )),
    }
}

//! Where a file may stand in a post, and Meta's bounds there (graph-publishing.md §5).

use std::fmt;
use std::time::Duration;

use crate::assets::asset::Dimensions;

/// Where in a post a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A post of one picture.
    FeedImage,
    /// A picture among others.
    CarouselImage,
    /// A reel.
    Reel,
    /// A film among others.
    CarouselVideo,
    /// A story's picture.
    StoryImage,
    /// A story's film.
    StoryVideo,
    /// What is shown of a reel until it plays.
    Cover,
}

/// Width to height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio(pub u32, pub u32);

/// What Meta takes at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Bytes of the file, at most.
    pub bytes: u64,
    /// The narrowest and the widest shape.
    pub ratio: Option<(Ratio, Ratio)>,
    /// The shape that fills the screen.
    pub advised: Option<Ratio>,
    /// Pictures are scaled to a width within these.
    pub scaled_to: Option<(u32, u32)>,
    /// What else holds for a film; `None` where a picture belongs.
    pub film: Option<FilmBounds>,
}

/// What Meta takes of a film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilmBounds {
    /// The shortest and the longest.
    pub duration: (Duration, Duration),
    /// Columns, at most.
    pub width: u32,
    /// Pictures in a second.
    pub frame_rate: (f64, f64),
    /// Bits of pictures in a second, at most.
    pub bit_rate: u64,
    /// Samples of sound in a second, at most.
    pub sample_rate: u32,
    /// Channels of sound, at most.
    pub channels: u32,
    /// Bits of sound in a second.
    pub audio_bit_rate: u64,
}

/// "MB" is read in the file's favour: Meta's own error speaks of 8 MiB (graph-limits-and-errors.md §5.5).
const MB: u64 = 1 << 20;

const TALL: Ratio = Ratio(9, 16);

const PICTURE: Bounds = Bounds {
    bytes: 8 * MB,
    ratio: None,
    advised: None,
    scaled_to: None,
    film: None,
};

const FEED: Bounds = Bounds {
    ratio: Some((Ratio(4, 5), Ratio(191, 100))),
    scaled_to: Some((320, 1_440)),
    ..PICTURE
};

const STORY: Bounds = Bounds {
    advised: Some(TALL),
    ..PICTURE
};

const REEL_FILM: FilmBounds = FilmBounds {
    duration: (Duration::from_secs(3), Duration::from_mins(15)),
    width: 1_920,
    frame_rate: (23.0, 60.0),
    bit_rate: 25_000_000,
    sample_rate: 48_000,
    channels: 2,
    audio_bit_rate: 128_000,
};

const REEL: Bounds = Bounds {
    bytes: 300 * MB,
    ratio: Some((Ratio(1, 100), Ratio(10, 1))),
    advised: Some(TALL),
    scaled_to: None,
    film: Some(REEL_FILM),
};

/// Meta's table has no column for films of carousels; what holds for reels is the most that is known.
const CAROUSEL_VIDEO: Bounds = Bounds {
    advised: None,
    ..REEL
};

const STORY_FILM: FilmBounds = FilmBounds {
    duration: (Duration::from_secs(3), Duration::from_mins(1)),
    ..REEL_FILM
};

const STORY_VIDEO: Bounds = Bounds {
    bytes: 100 * MB,
    ratio: Some((Ratio(1, 10), Ratio(10, 1))),
    film: Some(STORY_FILM),
    ..REEL
};

/// What Meta takes at this place.
pub const fn bounds(place: Place) -> Bounds {
    match place {
        Place::FeedImage | Place::CarouselImage => FEED,
        Place::StoryImage | Place::Cover => STORY,
        Place::Reel => REEL,
        Place::CarouselVideo => CAROUSEL_VIDEO,
        Place::StoryVideo => STORY_VIDEO,
    }
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::FeedImage,
        Self::CarouselImage,
        Self::Reel,
        Self::CarouselVideo,
        Self::StoryImage,
        Self::StoryVideo,
        Self::Cover,
    ];
}

impl Ratio {
    /// Whether what has this size is wider. Exact: nothing is rounded.
    pub(super) fn is_narrower_than(self, size: Dimensions) -> bool {
        u64::from(size.width) * u64::from(self.1) > u64::from(self.0) * u64::from(size.height)
    }

    /// Whether what has this size is narrower.
    pub(super) fn is_wider_than(self, size: Dimensions) -> bool {
        u64::from(size.width) * u64::from(self.1) < u64::from(self.0) * u64::from(size.height)
    }

    /// The largest part of this size that has this shape.
    pub(super) fn cut_from(self, size: Dimensions) -> Dimensions {
        let scaled = |side: u32, by: u32, of: u32| {
            let scaled = u64::from(side) * u64::from(by) / u64::from(of.max(1));
            u32::try_from(scaled.max(1)).unwrap_or(u32::MAX)
        };
        if self.is_narrower_than(size) {
            Dimensions::new(scaled(size.height, self.0, self.1), size.height)
        } else {
            Dimensions::new(size.width, scaled(size.width, self.1, self.0))
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            100 => write!(f, "{}:1", f64::from(self.0) / 100.0),
            _ => write!(f, "{}:{}", self.0, self.1),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FeedImage => "a picture post",
            Self::CarouselImage => "a picture of a carousel",
            Self::Reel => "a reel",
            Self::CarouselVideo => "a film of a carousel",
            Self::StoryImage => "a story's picture",
            Self::StoryVideo => "a story's film",
            Self::Cover => "a cover",
        })
    }
}

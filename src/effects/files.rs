//! The files behind a post's addresses, looked at before Meta is: whether anybody can fetch them, and what they are by
//! their bytes.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use url::Url;

use super::seen::Seen;
use crate::assets::rules::Place;
use crate::assets::{Asset, AssetError, inspect, inspect_beginning};
use crate::domain::post::{Fault, MediaType, PostIntent, PostKind};
use crate::net::{FetchError, GuardSettings, Guarded, NetError};

/// Files that are looked at at once for one post.
const AT_ONCE: usize = 4;
/// No post has more; of what has, that is told.
pub(super) const MOST_FILES: usize = 10;
/// How long one may take: somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// More than Meta takes of an image: what is larger is refused by its size.
const IMAGE_BYTES: u64 = 32 << 20;
/// Of a film its beginning is read, which says what it is.
const FILM_BEGINS: u64 = 4 << 20;

/// Looks at files. Cheap to clone.
#[derive(Clone)]
pub struct Files(Option<Guarded>);

impl Files {
    /// Looks at every file, at private addresses too if they are allowed: for playing on one machine.
    pub fn checked(allow_private: bool) -> Result<Self, NetError> {
        let settings = GuardSettings {
            timeout_total: PATIENCE,
            max_bytes: IMAGE_BYTES,
            allow_private,
            ..GuardSettings::default()
        };
        Ok(Self(Some(Guarded::new(settings)?)))
    }

    /// Looks at none: Meta alone judges them.
    pub const fn unchecked() -> Self {
        Self(None)
    }

    /// Looks at those files of a post of whose addresses nothing is wrong yet.
    pub(super) async fn look_at(&self, intent: &PostIntent, faults: &[Fault]) -> Vec<Seen> {
        let Some(guard) = &self.0 else {
            return Vec::new();
        };
        let known = |pointer: &str| faults.iter().any(|fault| fault.pointer == pointer);
        let looks: Vec<_> = addresses(intent)
            .filter(|one| !known(&one.pointer))
            .map(|one| {
                let guard = guard.clone();
                async move { look(&guard, one).await }
            })
            .collect();
        stream::iter(looks).buffered(AT_ONCE).collect().await
    }
}

/// A file that lies at an address.
struct Addressed {
    at: Option<usize>,
    pointer: String,
    url: String,
    place: Place,
}

fn addresses(intent: &PostIntent) -> impl Iterator<Item = Addressed> {
    let media = intent.media.iter().enumerate().take(MOST_FILES);
    let media = media.filter(|(_, one)| one.upload_id.is_none() && !one.url.is_empty());
    let media = media.map(|(at, one)| Addressed {
        at: Some(at),
        pointer: format!("/media/{at}/url"),
        url: one.url.clone(),
        place: place(intent.kind, one.media_type),
    });
    media.chain(intent.cover_url.iter().map(|url| Addressed {
        at: None,
        pointer: "/cover_url".to_owned(),
        url: url.clone(),
        place: Place::Cover,
    }))
}

/// Where a file of a post stands, whatever it is said to be where only one type fits.
pub(super) const fn place(kind: PostKind, media_type: MediaType) -> Place {
    match (kind, media_type) {
        (PostKind::Image, _) => Place::FeedImage,
        (PostKind::Reel, _) => Place::Reel,
        (PostKind::Carousel, MediaType::Image) => Place::CarouselImage,
        (PostKind::Carousel, MediaType::Video) => Place::CarouselVideo,
        (PostKind::Story, MediaType::Image) => Place::StoryImage,
        (PostKind::Story, MediaType::Video) => Place::StoryVideo,
    }
}

/// Why a file could not be looked at.
enum Unseen {
    Fetch(FetchError),
    Asset(AssetError),
}

async fn look(guard: &Guarded, one: Addressed) -> Seen {
    let Ok(url) = Url::parse(&one.url) else {
        return Seen::unseen(one.at, &one.pointer, "url", "is no address".to_owned());
    };
    match asset(guard, &url, one.place).await {
        Ok(asset) => Seen::of(one.at, &one.pointer, asset, one.place),
        Err(Unseen::Fetch(error)) => Seen::unseen(one.at, &one.pointer, error.code(), error.to_string()),
        Err(Unseen::Asset(error)) => Seen::unseen(one.at, &one.pointer, error.code(), error.to_string()),
    }
}

async fn asset(guard: &Guarded, url: &Url, place: Place) -> Result<Asset, Unseen> {
    let film = matches!(place, Place::Reel | Place::CarouselVideo | Place::StoryVideo);
    if film {
        let probed = guard.probe(url, FILM_BEGINS).await.map_err(Unseen::Fetch)?;
        return read(move || inspect_beginning(&probed.bytes, probed.total))
            .await
            .map_err(Unseen::Asset);
    }
    let fetched = guard.fetch(url).await.map_err(Unseen::Fetch)?;
    read(move || inspect(&fetched.bytes)).await.map_err(Unseen::Asset)
}

/// Decoding takes long: it does not hold up what else this thread does.
pub(super) async fn read<T: Send + 'static>(
    reading: impl FnOnce() -> Result<T, AssetError> + Send + 'static,
) -> Result<T, AssetError> {
    let read = tokio::task::spawn_blocking(reading).await;
    read.unwrap_or_else(|error| Err(AssetError::Read(std::io::Error::other(error))))
}

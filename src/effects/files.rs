//! The files behind a post's addresses, looked at before Meta is: whether anybody can fetch them, and what they are by
//! their bytes.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use url::Url;

use crate::assets::rules::{AssetFault, Place, check};
use crate::assets::{Asset, AssetError, inspect, inspect_beginning};
use crate::domain::post::{Fault, MediaType, PostIntent, PostKind};
use crate::net::{FetchError, GuardSettings, Guarded, NetError};

/// Files that are looked at at once for one post.
const AT_ONCE: usize = 4;
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

    /// What is wrong with a post's files, all of it.
    pub(super) async fn faults(&self, intent: &PostIntent) -> Vec<Fault> {
        let Some(guard) = &self.0 else {
            return Vec::new();
        };
        let cover = intent
            .cover_url
            .iter()
            .map(|url| ("/cover_url".to_owned(), url.clone(), Place::Cover));
        let media = intent
            .media
            .iter()
            .enumerate()
            .filter(|(_, one)| one.upload_id.is_none());
        let media = media.map(|(at, one)| {
            (
                format!("/media/{at}/url"),
                one.url.clone(),
                place(intent.kind, one.media_type),
            )
        });
        let looks: Vec<_> = media
            .chain(cover)
            .map(|(pointer, url, place)| {
                let guard = guard.clone();
                async move { look(&guard, pointer, &url, place).await }
            })
            .collect();
        let found: Vec<Vec<Fault>> = stream::iter(looks).buffered(AT_ONCE).collect().await;
        found.into_iter().flatten().collect()
    }
}

/// Where a file of a post stands.
pub(super) const fn place(kind: PostKind, media_type: MediaType) -> Place {
    match (kind, media_type) {
        (PostKind::Carousel, MediaType::Image) => Place::CarouselImage,
        (PostKind::Carousel, MediaType::Video) => Place::CarouselVideo,
        (PostKind::Story, MediaType::Image) => Place::StoryImage,
        (PostKind::Story, MediaType::Video) => Place::StoryVideo,
        (_, MediaType::Image) => Place::FeedImage,
        (_, MediaType::Video) => Place::Reel,
    }
}

/// Why a file could not be looked at.
enum Unseen {
    Fetch(FetchError),
    Asset(AssetError),
}

async fn look(guard: &Guarded, pointer: String, text: &str, place: Place) -> Vec<Fault> {
    let fault = |code, message| Fault {
        pointer: pointer.clone(),
        code,
        message,
    };
    let Ok(url) = Url::parse(text) else {
        return vec![fault("url", "is no address".to_owned())];
    };
    match asset(guard, &url, place).await {
        Ok(asset) => {
            let against = check(&asset, place).into_iter().filter(AssetFault::is_fault);
            against
                .map(|found| fault(found.code, format!("{}; {}", found.message, found.fix)))
                .collect()
        }
        Err(Unseen::Fetch(error)) => vec![fault(error.code(), error.to_string())],
        Err(Unseen::Asset(error)) => vec![fault(error.code(), error.to_string())],
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

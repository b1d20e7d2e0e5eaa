//! Taking files in: stored as they come, then looked at, made into what Meta takes, and kept for their workspace.

use std::convert::Infallible;
use std::error::Error;
use std::fs::File;
use std::path::Path;

use bytes::Bytes;
use futures_util::{Stream, stream};

use super::error::UploadError;
use super::keeper::Uploads;
use super::kept::KeptUpload;
use crate::assets::rules::{AssetFault, Place, bounds, check};
use crate::assets::{Asset, AssetError, LONGEST_PICTURE, Stored, convert, inspect, inspect_file};
use crate::domain::WorkspaceId;
use crate::domain::post::MediaType;
use crate::store::NewUpload;

/// A file that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// As it is kept.
    pub kept: KeptUpload,
    /// What a post of it alone would have against it.
    pub warnings: Vec<AssetFault>,
}

/// What becomes of a file that the workspace has uploaded before.
#[derive(Clone, Copy)]
enum Again {
    /// It is another upload.
    Anew,
    /// It is the same one.
    Same,
}

/// What was made of a file: what it is now, and its bytes if they are others.
type Made = (Asset, Option<Vec<u8>>);

impl Uploads {
    /// Most bytes of a file.
    pub const MOST: u64 = bounds(Place::Reel).bytes;

    /// Stores what comes. It is nobody's until it is kept.
    pub async fn receive<E>(&self, bytes: impl Stream<Item = Result<Bytes, E>>) -> Result<Stored, UploadError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let files = self.shelf().await?;
        let written = files.write(bytes, Self::MOST).await?;
        self.store().expect_file(written.digest).await?;
        Ok(files.place(written).await?)
    }

    /// Keeps what was stored for a workspace, if it is a picture or a film; a picture is kept as JPEG.
    pub async fn keep(&self, workspace: WorkspaceId, stored: Stored) -> Result<Taken, UploadError> {
        self.keep_as(workspace, stored, Again::Anew).await
    }

    /// The same, but what the workspace has uploaded before is its first upload.
    pub async fn keep_once(&self, workspace: WorkspaceId, stored: Stored) -> Result<Taken, UploadError> {
        self.keep_as(workspace, stored, Again::Same).await
    }

    async fn keep_as(
        &self,
        workspace: WorkspaceId,
        stored: Stored,
        again: Again,
    ) -> Result<Taken, UploadError> {
        let digest = stored.digest;
        let taken = self.take(workspace, stored, again).await;
        if !matches!(&taken, Ok(taken) if taken.kept.upload.digest == digest) {
            self.forget(digest).await;
        }
        taken
    }

    async fn take(&self, workspace: WorkspaceId, stored: Stored, again: Again) -> Result<Taken, UploadError> {
        let path = self.shelf().await?.path(stored.digest);
        let (asset, made) = self.decoded(move || made(&path)).await?;
        let stored = match made {
            Some(jpeg) => {
                let whole = stream::iter([Ok::<_, Infallible>(Bytes::from(jpeg))]);
                self.receive(whole).await?
            }
            None => stored,
        };
        let before = match again {
            Again::Anew => None,
            Again::Same => self.store().upload_of(workspace, stored.digest).await?,
        };
        let upload = match before {
            Some(upload) => upload,
            None => {
                self.store()
                    .keep_upload(described(workspace, &stored, &asset))
                    .await?
            }
        };
        let place = match asset {
            Asset::Image(_) => Place::FeedImage,
            Asset::Video(_) => Place::Reel,
        };
        Ok(Taken {
            kept: self.new_one(upload),
            warnings: check(&asset, place),
        })
    }
}

fn described(workspace: WorkspaceId, stored: &Stored, asset: &Asset) -> NewUpload {
    let (media_type, shown, duration) = match asset {
        Asset::Image(image) => (MediaType::Image, image.shown, None),
        Asset::Video(film) => {
            let shown = film.video.as_ref().and_then(|track| track.shown);
            (MediaType::Video, shown, film.duration)
        }
    };
    NewUpload {
        workspace,
        digest: stored.digest,
        media_type,
        content_type: asset.content_type(),
        bytes: stored.bytes,
        width: shown.map(|shown| shown.width),
        height: shown.map(|shown| shown.height),
        duration_ms: duration.and_then(|time| u64::try_from(time.as_millis()).ok()),
    }
}

fn made(path: &Path) -> Result<Made, AssetError> {
    let asset = inspect_file(&mut File::open(path)?)?;
    let Asset::Image(image) = &asset else {
        return Ok((asset, None));
    };
    if image.bytes > LONGEST_PICTURE {
        return Err(AssetError::TooLong(LONGEST_PICTURE));
    }
    let bytes = std::fs::read(path)?;
    let jpeg = convert(&bytes, Place::FeedImage)?;
    if jpeg == bytes {
        return Ok((asset, None));
    }
    Ok((inspect(&jpeg)?, Some(jpeg)))
}

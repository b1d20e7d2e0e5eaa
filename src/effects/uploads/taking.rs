//! Taking files in: stored as they come, then looked at, made into what Meta takes, and kept for their workspace.

use std::convert::Infallible;
use std::error::Error;
use std::fs::File;
use std::path::Path;

use bytes::Bytes;
use futures_util::{Stream, stream};

use super::error::UploadError;
use super::keeper::Uploads;
use crate::assets::rules::{AssetFault, Place, bounds, check};
use crate::assets::{Asset, AssetError, Digest, LONGEST_PICTURE, Stored, convert, inspect, inspect_file};
use crate::domain::WorkspaceId;
use crate::domain::post::MediaType;
use crate::store::{NewUpload, Upload};

/// A file that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// As it is kept.
    pub upload: Upload,
    /// What it is.
    pub asset: Asset,
    /// What a post of it alone would have against it.
    pub warnings: Vec<AssetFault>,
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
        Ok(self.shelf().await?.put(bytes, Self::MOST).await?)
    }

    /// Keeps what was stored for a workspace, if it is a picture or a film; a picture is kept as JPEG.
    pub async fn keep(&self, workspace: WorkspaceId, stored: Stored) -> Result<Taken, UploadError> {
        let digest = stored.digest;
        let taken = self.take(workspace, stored).await;
        if !matches!(&taken, Ok(taken) if taken.upload.digest == digest) {
            self.forget(digest).await;
        }
        taken
    }

    async fn take(&self, workspace: WorkspaceId, stored: Stored) -> Result<Taken, UploadError> {
        let files = self.shelf().await?;
        let path = files.path(stored.digest);
        let (asset, made) = self.decoded(move || made(&path)).await?;
        let stored = match made {
            Some(jpeg) => {
                let whole = stream::iter([Ok::<_, Infallible>(Bytes::from(jpeg))]);
                files.put(whole, Self::MOST).await?
            }
            None => stored,
        };
        let (media_type, place) = match asset {
            Asset::Image(_) => (MediaType::Image, Place::FeedImage),
            Asset::Video(_) => (MediaType::Video, Place::Reel),
        };
        let new = NewUpload {
            workspace,
            digest: stored.digest,
            media_type,
            content_type: asset.content_type(),
            bytes: stored.bytes,
        };
        Ok(Taken {
            upload: self.store().keep_upload(new).await?,
            warnings: check(&asset, place),
            asset,
        })
    }

    /// Removes bytes that are nobody's upload.
    async fn forget(&self, digest: Digest) {
        let needed = async {
            let needed = self.store().upload_is_needed(digest).await;
            needed.map_err(UploadError::from)
        };
        let removed = match self.shelf().await {
            Ok(files) => files.remove_unless(digest, needed).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = removed {
            tracing::warn!(
                error = &error as &dyn Error,
                "could not remove a file that nobody needs"
            );
        }
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

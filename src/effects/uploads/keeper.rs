//! Where uploads lie, what they are, and the addresses under which they are fetched.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore};
use url::Url;

use super::error::UploadError;
use crate::assets::rules::Place;
use crate::assets::{
    Asset, AssetError, Digest, NameError, NameKey, Opened, Shelf, ShelfError, SignedName, inspect_file,
};
use crate::domain::post::PostIntent;
use crate::domain::{UploadId, WorkspaceId};
use crate::effects::files::{MOST_FILES, place, read};
use crate::effects::seen::Seen;
use crate::store::{Store, StoreError};

/// Meta may fetch a file again while it processes it.
const NAME_HOLDS: Duration = Duration::from_hours(24);
/// Pictures that are decoded at once: each takes much memory.
const DECODED_AT_ONCE: usize = 2;

/// Uploaded files. Cheap to clone.
#[derive(Clone)]
pub struct Uploads(Arc<Inner>);

struct Inner {
    store: Store,
    folder: PathBuf,
    /// Opened when the first file comes or goes.
    shelf: OnceCell<Shelf>,
    public_url: Url,
    keys: Vec<NameKey>,
    decoders: Semaphore,
}

impl Uploads {
    /// In this folder, fetched below this address. The first key signs names, all of them verify.
    pub fn new(store: Store, folder: PathBuf, public_url: Url, keys: Vec<NameKey>) -> Self {
        Self(Arc::new(Inner {
            store,
            folder,
            shelf: OnceCell::new(),
            public_url,
            keys,
            decoders: Semaphore::new(DECODED_AT_ONCE),
        }))
    }

    /// Opens the file that a signed name is of.
    pub async fn open(&self, name: &str) -> Result<Opened, UploadError> {
        let now = self.store().clock().now();
        let verified = |key| SignedName::verify(key, name, now).ok();
        let id = self.0.keys.iter().find_map(verified).ok_or(NameError::Unknown)?;
        self.file(id.into()).await
    }

    /// Opens a file that a post needs.
    pub(in crate::effects) async fn file(&self, id: UploadId) -> Result<Opened, UploadError> {
        let upload = self.store().upload(id, None).await?;
        Ok(self.shelf().await?.read(upload.digest).await?)
    }

    /// The same with an address for each file that was uploaded.
    pub(in crate::effects) fn addressed(&self, intent: &PostIntent) -> PostIntent {
        let mut intent = intent.clone();
        for one in &mut intent.media {
            if let Some(id) = one.upload_id {
                one.url = self.address(id).into();
            }
        }
        intent
    }

    /// Looks at the uploads that a post names.
    pub(in crate::effects) async fn look_at(
        &self,
        workspace: Option<WorkspaceId>,
        intent: &PostIntent,
    ) -> Result<Vec<Seen>, StoreError> {
        let mut seen = Vec::new();
        for (at, one) in intent.media.iter().enumerate().take(MOST_FILES) {
            if let Some(id) = one.upload_id {
                let place = place(intent.kind, one.media_type);
                seen.push(self.look(workspace, at, id, place).await?);
            }
        }
        Ok(seen)
    }

    async fn look(
        &self,
        workspace: Option<WorkspaceId>,
        at: usize,
        id: UploadId,
        place: Place,
    ) -> Result<Seen, StoreError> {
        let (at, pointer) = (Some(at), format!("/media/{at}/upload_id"));
        let upload = match self.store().upload(id, workspace).await {
            Err(StoreError::NotFound(_)) => {
                let message = "is no upload of this workspace; upload the file and give the id of the answer";
                return Ok(Seen::unseen(at, &pointer, "upload", message.to_owned()));
            }
            found => found?,
        };
        Ok(match self.asset(upload.digest).await {
            Ok(asset) => Seen::of(at, &pointer, asset, place),
            Err(error) => Seen::unseen(at, &pointer, error.code(), format!("{error}; upload it again")),
        })
    }

    async fn asset(&self, digest: Digest) -> Result<Asset, AssetError> {
        let path = self.shelf().await.map_err(std::io::Error::other)?.path(digest);
        self.decoded(move || inspect_file(&mut File::open(path)?)).await
    }

    /// Decodes something, when it is its turn, where it holds nobody up.
    pub(super) async fn decoded<T: Send + 'static>(
        &self,
        decoding: impl FnOnce() -> Result<T, AssetError> + Send + 'static,
    ) -> Result<T, AssetError> {
        let _turn = self.0.decoders.acquire().await.map_err(std::io::Error::other)?;
        read(decoding).await
    }

    pub(super) async fn shelf(&self) -> Result<&Shelf, ShelfError> {
        let open = async || {
            let (opened, swept) = Shelf::open(&self.0.folder).await?;
            if swept > 0 {
                tracing::info!(swept, "removed what uploads that broke off have left");
            }
            Ok(opened)
        };
        self.0.shelf.get_or_try_init(open).await
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    fn address(&self, id: UploadId) -> Url {
        let key = self.0.keys.first().expect("a keyring has a key");
        let name = SignedName::make(key, id.uuid(), self.store().clock().now() + NAME_HOLDS);
        let mut url = self.0.public_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["media-files", &name]);
        }
        url
    }
}

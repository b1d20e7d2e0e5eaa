//! Where uploads lie, what they are, and the addresses under which they are fetched.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{OnceCell, Semaphore};
use url::Url;

use super::clearing;
use super::error::UploadError;
use crate::assets::{
    Asset, AssetError, Digest, NameError, NameKey, Opened, Shelf, ShelfError, SignedName, inspect_file,
};
use crate::domain::post::PostIntent;
use crate::domain::{ADDRESS_HOLDS, Keep, UploadId};
use crate::effects::files::read;
use crate::store::Store;

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
    keep: Keep,
}

impl Uploads {
    /// In this folder, fetched below this address, and kept for so long. The first key signs names, all of them verify.
    pub fn new(store: Store, folder: PathBuf, public_url: Url, keys: Vec<NameKey>, keep: Keep) -> Self {
        Self(Arc::new(Inner {
            store,
            folder,
            shelf: OnceCell::new(),
            public_url,
            keys,
            decoders: Semaphore::new(DECODED_AT_ONCE),
            keep,
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
        if let Some(id) = intent.cover_upload_id {
            intent.cover_url = Some(self.address(id).into());
        }
        intent
    }

    pub(super) async fn asset(&self, digest: Digest) -> Result<Asset, AssetError> {
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
            let opened = Shelf::open(&self.0.folder).await?;
            clearing::sweep(&opened).await?;
            Ok(opened)
        };
        self.0.shelf.get_or_try_init(open).await
    }

    /// The shelf, unless nothing was ever put there.
    pub(super) async fn used_shelf(&self) -> Result<Option<&Shelf>, ShelfError> {
        if self.0.folder.exists() {
            return self.shelf().await.map(Some);
        }
        Ok(None)
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    /// How long an upload is kept.
    pub(super) fn kept_for(&self) -> Keep {
        self.0.keep
    }

    fn address(&self, id: UploadId) -> Url {
        let key = self.0.keys.first().expect("a keyring has a key");
        let name = SignedName::make(key, id.uuid(), self.store().clock().now() + ADDRESS_HOLDS);
        let mut url = self.0.public_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["media-files", &name]);
        }
        url
    }
}

//! Keeping the shelf clear: of what uploads that broke off have left, and of files that are nobody's any more.
//!
//! What is looked at was noted in the database, so that no file is touched that another database may know of.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use super::error::UploadError;
use super::keeper::Uploads;
use crate::assets::{Digest, Removal, Shelf, ShelfError};
use crate::store::Store;

/// Files looked at before it is asked for more.
const AT_ONCE: i64 = 64;
/// Between two times.
const REST: Duration = Duration::from_mins(10);

impl Uploads {
    /// Keeps the shelf clear until dropped.
    pub async fn keep_clear(&self) {
        loop {
            if let Err(error) = self.clear().await {
                tracing::warn!(
                    error = &error as &dyn Error,
                    "could not clear the shelf of uploads"
                );
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// Clears the shelf once, if there is one.
    pub async fn clear(&self) -> Result<(), UploadError> {
        match self.used_shelf().await? {
            Some(files) => clear(self.store(), files).await,
            None => Ok(()),
        }
    }

    /// Removes a file if it is nobody's. Where that fails it is looked at again later.
    pub(super) async fn forget(&self, digest: Digest) {
        let removed = match self.shelf().await {
            Ok(files) => removed(self.store(), files, digest).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = removed {
            let error = &error as &dyn Error;
            tracing::warn!(error, "could not remove a file that nobody needs");
        }
    }
}

/// Clears the shelf in this folder once, if there is one.
pub async fn clear_shelf(store: &Store, folder: &Path) -> Result<(), UploadError> {
    if folder.exists() {
        clear(store, &Shelf::open(folder).await?).await?;
    }
    Ok(())
}

async fn clear(store: &Store, shelf: &Shelf) -> Result<(), UploadError> {
    sweep(shelf).await?;
    loop {
        let looks = store.shelf_looks(AT_ONCE).await?;
        let mut ended = false;
        for look in looks {
            if removed(store, shelf, look.digest).await? != Removal::Held {
                store.shelf_looked(look).await?;
                ended = true;
            }
        }
        // What is held is looked at the next time.
        if !ended {
            return Ok(());
        }
    }
}

/// Removes what uploads that broke off have left.
pub(super) async fn sweep(shelf: &Shelf) -> Result<(), ShelfError> {
    let swept = shelf.sweep().await?;
    if swept > 0 {
        tracing::info!(swept, "removed what uploads that broke off have left");
    }
    Ok(())
}

async fn removed(store: &Store, shelf: &Shelf, digest: Digest) -> Result<Removal, UploadError> {
    let needed = async {
        let needed = store.upload_is_needed(digest).await;
        needed.map_err(UploadError::from)
    };
    shelf.remove_unless(digest, needed).await
}

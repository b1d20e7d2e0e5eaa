//! The uploads that a copy of the database names, copied beside it.

use std::path::Path;

use super::partial::Partial;
use crate::assets::{Digest, KeptWhole, Shelf, ShelfError};
use crate::cli::Failure;
use crate::effects::UploadError;

/// A shelf of which nothing is removed meanwhile.
pub(super) struct Source {
    shelf: Shelf,
    _whole: KeptWhole,
}

/// What was copied.
#[derive(Default)]
pub(super) struct Copied {
    pub(super) files: usize,
    pub(super) bytes: u64,
    /// The names of those that are missing on the shelf, or damaged there.
    pub(super) lost: Vec<Digest>,
}

impl Source {
    /// The shelf in this folder, if anything was ever put there.
    pub(super) async fn of(folder: &Path) -> Result<Option<Self>, Failure> {
        if !folder.exists() {
            return Ok(None);
        }
        let shelf = Shelf::open(folder).await.map_err(UploadError::from)?;
        let whole = shelf.keep_whole().await.map_err(UploadError::from)?;
        Ok(Some(Self { shelf, _whole: whole }))
    }

    /// Copies these files into the folder.
    pub(super) async fn copy(&self, files: &[Digest], to: &Partial) -> Result<Copied, Failure> {
        let mut copied = Copied::default();
        for digest in files {
            let path = to.path.join(digest.to_string());
            match self.shelf.copy(*digest, path.clone()).await {
                Ok(bytes) => {
                    copied.files += 1;
                    copied.bytes += bytes;
                }
                Err(ShelfError::NotFound) => copied.lost.push(*digest),
                Err(ShelfError::Damaged) => {
                    copied.lost.push(*digest);
                    std::fs::remove_file(path).ok();
                }
                Err(error) => return Err(UploadError::from(error).into()),
            }
        }
        Ok(copied)
    }
}

//! Why a file is not taken, or not given.

use crate::assets::{AssetError, NameError, ShelfError};
use crate::domain::EffectId;
use crate::store::StoreError;

/// Why a file is not taken, or not given.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The shelf refused or failed.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// It is no picture or film that can be used.
    #[error(transparent)]
    Refused(#[from] AssetError),
    /// Nobody signed its name, or that was too long ago.
    #[error(transparent)]
    Name(#[from] NameError),
    /// These posts, which are not over, need it.
    #[error("posts need it")]
    Needed(Vec<EffectId>),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

//! A file on its way in: beside the others, under a name of its own, locked by who writes it.
//!
//! The lock tells a leftover from a file that another process is writing. What is not finished is removed when it is dropped.

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt;

use super::locks::{existing, locked};
use super::{Digest, ShelfError};

/// A file that is being written.
pub(super) struct Incoming {
    path: PathBuf,
    file: tokio::fs::File,
}

impl Incoming {
    /// Begins a file with an unused name.
    pub(super) async fn begin(folder: &Path) -> Result<Self, ShelfError> {
        let mut name = [0; 16];
        getrandom::fill(&mut name).map_err(io::Error::other)?;
        let path = folder.join(hex::encode(name));
        off_thread(move || create(path)).await
    }

    /// Writes all that comes, up to so many bytes, and makes it durable.
    pub(super) async fn write<E>(
        &mut self,
        stream: impl Stream<Item = Result<Bytes, E>>,
        most: u64,
    ) -> Result<(Digest, u64), ShelfError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut stream = std::pin::pin!(stream);
        let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| ShelfError::Broken(error.into()))?;
            bytes = bytes.saturating_add(chunk.len() as u64);
            if bytes > most {
                return Err(ShelfError::TooLarge(most));
            }
            hash.update(&chunk);
            self.file.write_all(&chunk).await?;
        }
        self.file.flush().await?;
        self.file.sync_all().await?;
        let digest: [u8; 32] = hash.finalize().into();
        Ok((digest.into(), bytes))
    }

    /// Puts it where it belongs, durably, and holds it there. What lies there already is replaced, as it may be damaged, unless
    /// somebody holds it. Only who has the turn does this.
    pub(super) fn settle(self, to: &Path) -> io::Result<File> {
        let free = match existing(to) {
            Ok(file) => locked(file)?.is_some(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(error),
        };
        if free {
            std::fs::rename(&self.path, to)?;
            if let Some(folder) = to.parent() {
                File::open(folder)?.sync_all()?;
            }
        }
        // With its own lock, which would be in the way.
        drop(self);
        let held = File::open(to)?;
        held.lock_shared()?;
        Ok(held)
    }
}

impl Drop for Incoming {
    /// After it was renamed there is nothing left to remove.
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).ok();
    }
}

/// Nobody else's to read. What comes back removes the file, also if nobody waits for it any more.
fn create(path: PathBuf) -> io::Result<Incoming> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    if locked(file.try_clone()?)?.is_none() {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    Ok(Incoming {
        path,
        file: tokio::fs::File::from_std(file),
    })
}

/// Removes what nobody writes any more; says how many.
pub(super) async fn sweep(folder: PathBuf) -> Result<usize, ShelfError> {
    off_thread(move || {
        let mut swept = 0;
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let left = existing(&path).and_then(locked);
            if matches!(left, Ok(Some(_))) && std::fs::remove_file(&path).is_ok() {
                swept += 1;
            }
        }
        Ok(swept)
    })
    .await
}

/// Does something slow where it holds nobody up.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ShelfError> {
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?;
    Ok(done?)
}

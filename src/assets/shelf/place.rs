//! The shelf itself: a folder of files, one that they come in by, and whose turn it is.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::Stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::incoming::{self, Incoming, off_thread};
use super::locks::{self, Locks};
use super::{Digest, KeptWhole, Removal, ShelfError, Stored, Written, copying};
use crate::assets::sniff::{self, Kind};

/// Where files are written until they are whole.
const INCOMING: &str = "incoming";

/// Uploaded files, in a folder. Cheap to clone.
#[derive(Clone)]
pub struct Shelf {
    folder: PathBuf,
    locks: Locks,
}

/// A file opened for serving.
#[derive(Debug)]
pub struct Opened {
    /// At its beginning.
    pub file: File,
    /// How long it is.
    pub bytes: u64,
    /// What it is, by its bytes.
    pub content_type: &'static str,
}

impl Shelf {
    /// Opens the shelf in this folder, which is made where there is none.
    pub async fn open(folder: &Path) -> Result<Self, ShelfError> {
        for path in [folder.join(INCOMING), Locks::folder(folder)] {
            off_thread(move || make_private(&path)).await?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            locks: Locks::of(folder),
        })
    }

    /// Removes what uploads that broke off have left, and says of how many.
    pub async fn sweep(&self) -> Result<usize, ShelfError> {
        let _turn = self.locks.turn().await?;
        incoming::sweep(self.folder.join(INCOMING)).await
    }

    /// Takes in a file of at most so many bytes as it comes. Nothing is left of one that is too long or breaks off.
    pub async fn write<E>(
        &self,
        stream: impl Stream<Item = Result<Bytes, E>>,
        most: u64,
    ) -> Result<Written, ShelfError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let turn = self.locks.turn().await?;
        let mut incoming = Incoming::begin(&self.folder.join(INCOMING)).await?;
        drop(turn);
        let (digest, bytes) = incoming.write(stream, most).await?;
        Ok(Written {
            digest,
            bytes,
            incoming,
        })
    }

    /// Stores what was written.
    pub async fn place(&self, written: Written) -> Result<Stored, ShelfError> {
        let Written {
            digest,
            bytes,
            incoming,
        } = written;
        let path = self.path(digest);
        let _turn = self.locks.turn().await?;
        Ok(Stored {
            digest,
            bytes,
            _hold: off_thread(move || incoming.settle(&path)).await?,
        })
    }

    /// From now on nothing is removed from the shelf, by any process, until what comes back is dropped.
    pub async fn keep_whole(&self) -> Result<KeptWhole, ShelfError> {
        self.locks.keep_whole().await
    }

    /// Copies a file to a path at which there is none, durably, and tells how long it is. [`ShelfError::Damaged`] if its bytes
    /// are not those that were stored.
    pub async fn copy(&self, digest: Digest, to: PathBuf) -> Result<u64, ShelfError> {
        let from = self.path(digest);
        off_thread(move || Ok(copying::copy(&from, &to, digest))).await?
    }

    /// Where the file stands, for who reads it off the runtime's threads.
    pub fn path(&self, digest: Digest) -> PathBuf {
        self.folder.join(digest.to_string())
    }

    /// Opens the file for serving.
    pub async fn read(&self, digest: Digest) -> Result<Opened, ShelfError> {
        let mut file = File::open(self.path(digest)).await?;
        let bytes = file.metadata().await?.len();
        let mut head = Vec::new();
        (&mut file)
            .take(sniff::ENOUGH as u64)
            .read_to_end(&mut head)
            .await?;
        file.rewind().await?;
        Ok(Opened {
            file,
            bytes,
            content_type: content_type(&head),
        })
    }

    /// Removes the file unless somebody holds it, or the answer is that it is needed. The question is asked while nothing can be
    /// stored, by any process, so that a file which is uploaded again meanwhile stays.
    pub async fn remove_unless<E>(
        &self,
        digest: Digest,
        needed: impl Future<Output = Result<bool, E>>,
    ) -> Result<Removal, E>
    where
        E: From<ShelfError>,
    {
        let _turn = self.locks.turn().await?;
        let Some(_removing) = self.locks.removing().await? else {
            return Ok(Removal::Held);
        };
        let path = self.path(digest);
        let free = off_thread(move || locks::locked(locks::existing(&path)?)).await;
        let _free = match free {
            Ok(Some(file)) => file,
            Ok(None) => return Ok(Removal::Held),
            Err(ShelfError::NotFound) => return Ok(Removal::Gone),
            Err(error) => return Err(error.into()),
        };
        if needed.await? {
            return Ok(Removal::Needed);
        }
        let removed = tokio::fs::remove_file(self.path(digest)).await;
        removed.map_err(ShelfError::from)?;
        Ok(Removal::Gone)
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn content_type(head: &[u8]) -> &'static str {
    match sniff::kind(head) {
        Ok(Kind::Image(format)) => format.content_type(),
        Ok(Kind::Video) => sniff::container(head).content_type(),
        Err(_) => "application/octet-stream",
    }
}

//! The shelf itself: a folder of files, one that they come in by, and whose turn it is.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::sync::Mutex;

use super::held::Holds;
use super::incoming::{self, Incoming, off_thread};
use super::{Digest, ShelfError, Stored};
use crate::assets::sniff::{self, Kind};

/// Where files are written until they are whole.
const INCOMING: &str = "incoming";

/// Uploaded files, in a folder. Cheap to clone.
#[derive(Clone)]
pub struct Shelf {
    folder: PathBuf,
    holds: Holds,
    /// One file is put in its place, or looked at whether it is still needed, at a time.
    turn: Arc<Mutex<()>>,
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
    /// Opens the shelf in this folder, which is made where there is none; removes what uploads that broke off have left, and
    /// says of how many.
    pub async fn open(folder: &Path) -> Result<(Self, usize), ShelfError> {
        let incoming = folder.join(INCOMING);
        let path = incoming.clone();
        off_thread(move || make_private(&path)).await?;
        let swept = incoming::sweep(incoming).await?;
        let folder = folder.to_owned();
        Ok((
            Self {
                folder,
                holds: Holds::default(),
                turn: Arc::default(),
            },
            swept,
        ))
    }

    /// Takes in a file of at most so many bytes as it comes. Nothing is left of one that is too long or breaks off.
    pub async fn put<E>(
        &self,
        stream: impl Stream<Item = Result<Bytes, E>>,
        most: u64,
    ) -> Result<Stored, ShelfError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut incoming = Incoming::begin(&self.folder.join(INCOMING)).await?;
        let (digest, bytes) = incoming.write(stream, most).await?;
        let _turn = self.turn.lock().await;
        let hold = self.holds.take(digest);
        incoming.finish(self.path(digest)).await?;
        Ok(Stored {
            digest,
            bytes,
            _hold: hold,
        })
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
    /// put, so that a file which is uploaded again meanwhile stays. Says whether it was removed.
    pub async fn remove_unless<E>(
        &self,
        digest: Digest,
        needed: impl Future<Output = Result<bool, E>>,
    ) -> Result<bool, E>
    where
        E: From<ShelfError>,
    {
        let _turn = self.turn.lock().await;
        if self.holds.has(digest) || needed.await? {
            return Ok(false);
        }
        match tokio::fs::remove_file(self.path(digest)).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(ShelfError::from(error).into()),
        }
    }

    /// The names of all files, to be compared with what the database needs.
    pub async fn all(&self) -> Result<Vec<Digest>, ShelfError> {
        let mut entries = tokio::fs::read_dir(&self.folder).await?;
        let mut found = Vec::new();
        while let Some(entry) = entries.next_entry().await? {
            found.extend(
                entry
                    .file_name()
                    .to_str()
                    .and_then(|name| name.parse::<Digest>().ok()),
            );
        }
        found.sort_unstable();
        Ok(found)
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

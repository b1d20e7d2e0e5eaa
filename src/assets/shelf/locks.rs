//! Whose turn it is on the shelf, in this process and in others that share it: locks on files of their own, which end with
//! whoever has them.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::ShelfError;
use super::incoming::off_thread;

const LOCKS: &str = "locks";
/// Who has it puts files in their place, or takes them away.
const TURN: &str = "turn";
/// Shared by those who want nothing to be taken away.
const REMOVING: &str = "removing";

/// The locks of a shelf. Cheap to clone.
#[derive(Clone)]
pub(super) struct Locks {
    folder: PathBuf,
    /// Threads wait for each other here, where that costs none.
    here: Arc<Mutex<()>>,
}

/// Nobody else puts or removes files meanwhile.
pub(super) struct Turn {
    _everywhere: File,
    _here: OwnedMutexGuard<()>,
}

/// As long as this lives, nobody removes a file.
#[must_use = "files may be removed as soon as this is dropped"]
#[derive(Debug)]
pub struct KeptWhole(#[expect(dead_code, reason = "the lock ends with the file")] File);

impl Locks {
    /// Their folder.
    pub(super) fn folder(shelf: &Path) -> PathBuf {
        shelf.join(LOCKS)
    }

    /// Of a shelf.
    pub(super) fn of(shelf: &Path) -> Self {
        Self {
            folder: Self::folder(shelf),
            here: Arc::default(),
        }
    }

    /// Waits for the turn.
    pub(super) async fn turn(&self) -> Result<Turn, ShelfError> {
        let here = Arc::clone(&self.here).lock_owned().await;
        let path = self.folder.join(TURN);
        let everywhere = off_thread(move || {
            let file = open(&path)?;
            file.lock()?;
            Ok(file)
        });
        Ok(Turn {
            _everywhere: everywhere.await?,
            _here: here,
        })
    }

    /// From now on nothing is removed.
    pub(super) async fn keep_whole(&self) -> Result<KeptWhole, ShelfError> {
        let path = self.folder.join(REMOVING);
        off_thread(move || {
            let file = open(&path)?;
            file.lock_shared()?;
            Ok(KeptWhole(file))
        })
        .await
    }

    /// The right to remove files, if nobody wants them to stay.
    pub(super) async fn removing(&self) -> Result<Option<File>, ShelfError> {
        let path = self.folder.join(REMOVING);
        off_thread(move || locked(open(&path)?)).await
    }
}

/// The file, locked by nobody else.
pub(super) fn locked(file: File) -> io::Result<Option<File>> {
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A file that is there, so that it can be locked: on shared disks only who may write has a file alone.
pub(super) fn existing(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

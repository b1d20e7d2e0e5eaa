//! What is being made: under a name of its own, removed unless it gets the one that it is to have.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::failure::io;

/// A file or folder that is removed unless it gets its name.
pub(super) struct Partial {
    pub(super) path: PathBuf,
    to_be: PathBuf,
    named: bool,
}

impl Partial {
    /// An empty file beside the one to be, for its owner only.
    pub(super) fn file(to_be: &Path) -> Result<Self, Failure> {
        Self::begin(to_be, |path| {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(0o600);
            options.open(path).map(drop)
        })
    }

    /// An empty folder beside the one to be, for its owner only.
    pub(super) fn folder(to_be: &Path) -> Result<Self, Failure> {
        Self::begin(to_be, |path| DirBuilder::new().mode(0o700).create(path))
    }

    fn begin(to_be: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> Result<Self, Failure> {
        refuse_existing(to_be)?;
        let path = beside(to_be, ".partial");
        match make(&path) {
            Ok(()) => Ok(Self {
                path,
                to_be: to_be.to_owned(),
                named: false,
            }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Failure::Usage(format!(
                "{} exists: another backup is being made, or one was cut off; then remove it",
                path.display()
            ))),
            Err(error) => Err(io(format!("could not make {}", path.display()))(error)),
        }
    }

    /// Makes it durable, then gives it its name.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        refuse_existing(&self.to_be)?;
        let finished = || {
            File::open(&self.path)?.sync_all()?;
            fs::rename(&self.path, &self.to_be)?;
            match self.to_be.parent() {
                Some(folder) => File::open(folder)?.sync_all(),
                None => Ok(()),
            }
        };
        finished().map_err(io(format!("could not finish {}", self.to_be.display())))?;
        self.named = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.named {
            // It may be beyond reach.
            fs::remove_file(&self.path).ok();
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

/// The path with something more behind its name.
pub(super) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

fn refuse_existing(path: &Path) -> Result<(), Failure> {
    // Also a link that leads nowhere.
    if path.symlink_metadata().is_ok() {
        let shown = path.display();
        return Err(Failure::Usage(format!(
            "{shown} exists and is not overwritten: name another file"
        )));
    }
    Ok(())
}

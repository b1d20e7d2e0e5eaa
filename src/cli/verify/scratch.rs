//! A folder for what a run leaves behind: logs, databases. It goes when the run went well.

use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::failure::io;
use crate::config;

/// A folder of this run's own.
pub(super) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// A new folder within `within`, or in the system's place for such.
    pub(super) fn make(within: Option<PathBuf>) -> Result<Self, Failure> {
        let within = within.unwrap_or_else(config::temporary_folder);
        let folder = within.join(format!("belino-verify-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .and_then(|()| folder.canonicalize())
            .map(|folder| Self { folder })
            .map_err(io(format!("could not make the folder {}", folder.display())))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.folder
    }

    /// Removes it with all that is in it.
    pub(super) fn remove(self) -> Result<(), Failure> {
        let what = format!("could not remove {}", self.folder.display());
        std::fs::remove_dir_all(self.folder).map_err(io(what))
    }
}

/// Random letters for secrets that live as long as the run.
pub(super) fn secret() -> String {
    let mut random = [0_u8; 24];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    hex::encode(random)
}

//! The time of a bed: the machine's, and later by what was let pass at once. All its processes go by it.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use crate::cli::Failure;
use crate::cli::failure::io;
use crate::cli::meta::Meta;
use crate::clock::Clock;
use crate::domain::Timestamp;

/// Moves time on.
pub(super) struct Time {
    meta: Meta,
    /// What the services follow.
    file: PathBuf,
    ahead: Duration,
}

impl Time {
    /// As it is, until it is moved.
    pub(super) const fn new(meta: Meta, file: PathBuf) -> Self {
        Self {
            meta,
            file,
            ahead: Duration::ZERO,
        }
    }

    /// The present moment.
    pub(super) fn now(&self) -> Timestamp {
        Clock::system().now() + self.ahead
    }

    /// Lets so many seconds pass at once.
    ///
    /// Meta is told first: nothing may be dated before the call that made it.
    pub(super) async fn pass(&mut self, seconds: u64) -> Result<(), Failure> {
        self.ahead += Duration::from_secs(seconds);
        self.meta.make("clock", json!({ "set": self.now() })).await?;
        std::fs::write(&self.file, self.ahead.as_secs().to_string()).map_err(io("could not move time"))
    }
}

//! Why a command failed, and the exit code that says so.

use crate::app::AppError;
use crate::config::Faults;
use crate::connect::ConnectError;
use crate::effects::UploadError;
use crate::net::NetError;
use crate::sandbox::SandboxError;
use crate::store::StoreError;

/// A command that did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration is at fault.
    #[error(transparent)]
    Configuration(#[from] Faults),
    /// The command was asked wrongly.
    #[error("{0}")]
    Usage(String),
    /// A file could not be read, or the output not written.
    #[error("{0}")]
    Io(String, #[source] std::io::Error),
    /// No HTTP client could be built.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The shelf refused or failed.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// An account was not connected.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The sandbox could not start.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A part could not be built.
    #[error(transparent)]
    Build(#[from] AppError),
    /// The work was done in part, or not at all; the command has said more.
    #[error("{0}")]
    Unsuccessful(String),
}

impl Failure {
    /// 64 when whoever called must change something, else 1.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Configuration(_) | Self::Usage(_) => 64,
            Self::Io(..)
            | Self::Net(_)
            | Self::Store(_)
            | Self::Upload(_)
            | Self::Connect(_)
            | Self::Sandbox(_)
            | Self::Build(_)
            | Self::Unsuccessful(_) => 1,
        }
    }
}

/// Puts what was attempted before an I/O error.
pub(super) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Failure {
    move |error| Failure::Io(what.into(), error)
}

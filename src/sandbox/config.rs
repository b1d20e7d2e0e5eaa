//! What a sandbox needs to be told, and what may keep it from starting.

use std::net::SocketAddr;
use std::path::PathBuf;

use url::Url;

use super::JournalError;
use crate::clock::Clock;
use crate::domain::AppSecret;

/// The id and secret of one app at Meta.
#[derive(Clone, Debug)]
pub struct AppCredentials {
    /// The app's id.
    pub id: String,
    /// Signs its webhooks and proves its calls.
    pub secret: AppSecret,
}

/// Where webhooks go.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The address that takes them.
    pub url: Url,
    /// What the handshake shows.
    pub verify_token: String,
}

/// Everything a sandbox is told at its start.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// The address of its only port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// A file that keeps the world over restarts.
    pub journal: Option<PathBuf>,
    /// Its time: stories, tokens, limits and retries go by it.
    pub clock: Clock,
    /// Decides ids, tokens and chance: the same seed and the same requests give the same world.
    pub seed: u64,
    /// The app of the Facebook Login product.
    pub facebook: AppCredentials,
    /// The app of the Instagram Login product.
    pub instagram: AppCredentials,
    /// Where both apps' webhooks go from the start.
    pub callback: Option<Callback>,
    /// Webhooks go out by themselves; else only when `/sandbox/deliveries/send` is asked.
    pub auto_deliver: bool,
}

/// Why a sandbox could not start or stop.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The address is taken or not ours.
    #[error("the sandbox cannot listen on {addr}; choose another address")]
    Listen {
        /// The address asked for.
        addr: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The journal cannot be read or written.
    #[error("the sandbox's journal cannot be used")]
    Journal(#[from] JournalError),
    /// The sender of webhooks cannot be made.
    #[error("the sandbox cannot make its HTTP client")]
    Client(#[from] reqwest::Error),
}

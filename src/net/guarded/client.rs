//! The guarded client: what it promises, and how long and how far it goes.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::dns::Resolve;
use reqwest::{Client, redirect, retry};
use url::Url;

use super::error::{FetchError, FetchFault};
use super::exchange;
use super::names::{CheckedNames, SystemNames};
use super::reach::Reach;
use crate::net::{NetError, install_crypto};

/// How far the guarded client goes.
#[derive(Clone, Debug)]
pub struct GuardSettings {
    /// How long a file may take, redirects, names and body included.
    pub timeout_total: Duration,
    /// How many bytes a file may have.
    pub max_bytes: u64,
    /// How many redirects are followed.
    pub max_redirects: usize,
    /// Lets private addresses be reached: for tests and for playing on one machine.
    pub allow_private: bool,
    /// What it calls itself.
    pub user_agent: String,
}

impl Default for GuardSettings {
    fn default() -> Self {
        Self {
            timeout_total: Duration::from_secs(30),
            max_bytes: 16 << 20,
            max_redirects: 3,
            allow_private: false,
            user_agent: concat!("belino/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// A file that a URL led to.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Where the redirects ended.
    pub final_url: Url,
    /// What the host says that it is; the bytes decide.
    pub content_type: Option<String>,
    /// All of it.
    pub bytes: Bytes,
}

/// The beginning of a file that a URL led to.
#[derive(Clone, Debug)]
pub struct Probed {
    /// Where the redirects ended.
    pub final_url: Url,
    /// What the host says that it is; the bytes decide.
    pub content_type: Option<String>,
    /// Its first bytes.
    pub bytes: Bytes,
    /// How many bytes it has, if that is known.
    pub total: Option<u64>,
}

/// The client for URLs that users give. It keeps no cookies and no connections, and sends nothing but the request.
#[derive(Clone, Debug)]
pub struct Guarded {
    pub(super) client: Client,
    pub(super) settings: Arc<GuardSettings>,
    pub(super) reach: Reach,
}

impl Guarded {
    /// Builds the client, with the system's resolver.
    pub fn new(settings: GuardSettings) -> Result<Self, NetError> {
        let reach = if settings.allow_private {
            Reach::ALL
        } else {
            Reach::PUBLIC
        };
        Self::within(settings, reach, Arc::new(SystemNames))
    }

    /// Builds the client with a reach and a resolver.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the service's clients come from"
    )]
    pub(super) fn within<R: Resolve + 'static>(
        settings: GuardSettings,
        reach: Reach,
        inner: Arc<R>,
    ) -> Result<Self, NetError> {
        install_crypto();
        let client = Client::builder()
            .user_agent(settings.user_agent.clone())
            .dns_resolver(CheckedNames { inner, reach })
            .timeout(settings.timeout_total)
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .build()?;
        let settings = Arc::new(settings);
        Ok(Self {
            client,
            settings,
            reach,
        })
    }

    /// Reads the whole file, within the settings' bounds.
    pub async fn fetch(&self, url: &Url) -> Result<Fetched, FetchError> {
        self.fetch_within(url, self.settings.max_bytes).await
    }

    /// Reads the whole file if it has no more than so many bytes.
    pub async fn fetch_within(&self, url: &Url, limit: u64) -> Result<Fetched, FetchError> {
        self.in_time(url, async {
            let (final_url, answer) = exchange::follow(self, url, None).await?;
            let content_type = exchange::content_type(&answer);
            let bytes = exchange::whole(answer, limit, &self.settings)
                .await
                .map_err(|fault| FetchError::at(&final_url, fault))?;
            Ok(Fetched {
                final_url,
                content_type,
                bytes,
            })
        })
        .await
    }

    /// Reads the first `count` bytes, or less if there are less. Asks for a range and does with hosts that know none.
    pub async fn probe(&self, url: &Url, count: u64) -> Result<Probed, FetchError> {
        self.in_time(url, async {
            let (final_url, answer) = exchange::follow(self, url, Some(count)).await?;
            let content_type = exchange::content_type(&answer);
            let (bytes, total) = exchange::beginning(answer, count, &self.settings)
                .await
                .map_err(|fault| FetchError::at(&final_url, fault))?;
            Ok(Probed {
                final_url,
                content_type,
                bytes,
                total,
            })
        })
        .await
    }

    /// One bound for all hops together; each request has its own besides.
    async fn in_time<T>(
        &self,
        url: &Url,
        work: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        let limit = self.settings.timeout_total;
        match tokio::time::timeout(limit, work).await {
            Ok(done) => done,
            Err(_) => Err(FetchError::at(url, FetchFault::TooSlow(limit))),
        }
    }
}

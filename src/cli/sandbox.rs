//! `belino sandbox`: Meta in a box, alone.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::failure::io;
use super::{Failure, line};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::AppSecret;
use crate::lifecycle::Signals;
use crate::sandbox::{AppCredentials, Callback, Sandbox, SandboxConfig};
use crate::telemetry;

/// The sandbox's apps, where none are configured.
const FACEBOOK_APP: (&str, &str) = ("900100000000001", "sandbox-facebook-app-secret");
const INSTAGRAM_APP: (&str, &str) = ("900200000000001", "sandbox-instagram-app-secret");

/// How to play Meta.
#[derive(Debug, Args)]
pub struct Options {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
    /// Where webhooks go; without it, until `POST /sandbox/callback` says so, nowhere
    #[arg(long)]
    pub callback: Option<Url>,
    /// A file that keeps the sandbox's world over restarts
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// The same seed makes the same world
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// For `belino verify`: time can be moved
    #[arg(long, hide = true)]
    pub moved_time: bool,
}

/// The app of each login product: as configured, else the sandbox's own.
pub(super) fn config(options: Options, config: &Config) -> SandboxConfig {
    let app = |id: &Option<String>, secret: &Option<AppSecret>, own: (&str, &str)| AppCredentials {
        id: id.clone().unwrap_or_else(|| own.0.to_owned()),
        secret: secret.clone().unwrap_or_else(|| AppSecret::new(own.1)),
    };
    let (facebook, instagram) = (&config.graph.facebook, &config.graph.instagram);
    let verify_token = config.verify_token.as_ref().map(|token| {
        use secrecy::ExposeSecret;
        token.expose_secret().to_owned()
    });
    SandboxConfig {
        listen: options.listen,
        journal: options.journal,
        clock: if options.moved_time {
            Clock::movable()
        } else {
            Clock::system()
        },
        seed: options.seed,
        facebook: app(&facebook.app_id, &facebook.app_secret, FACEBOOK_APP),
        instagram: app(&instagram.app_id, &instagram.app_secret, INSTAGRAM_APP),
        callback: options.callback.map(|url| Callback {
            url,
            verify_token: verify_token.unwrap_or_default(),
        }),
        auto_deliver: true,
    }
}

/// Both apps' webhooks go to the service at this address.
pub(super) fn callback(config: &Config, service: SocketAddr) -> Result<Callback, Failure> {
    use secrecy::ExposeSecret;

    let url = Url::parse(&format!("http://{service}/api/instagram/webhook"))
        .map_err(|error| Failure::Usage(format!("the service's address makes no URL: {error}")))?;
    let verify_token = config
        .verify_token
        .as_ref()
        .map(|token| token.expose_secret().to_owned());
    Ok(Callback {
        url,
        verify_token: verify_token.unwrap_or_default(),
    })
}

/// Plays Meta until a signal.
pub async fn run(options: Options, configuration: &Config) -> Result<(), Failure> {
    telemetry::install_logs(&configuration.log, configuration.log_format)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let mut signals = Signals::system().map_err(io("could not listen to signals"))?;
    let running = Sandbox::start(config(options, configuration)).await?;
    line(&format!("the sandbox plays Meta on http://{}", running.addr()))?;
    signals.next().await;
    running.stop().await;
    Ok(())
}

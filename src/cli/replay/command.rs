//! The command's options, and the way through it.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use futures_util::{StreamExt, stream};
use url::Url;

use super::files::{self, Body};
use super::fresh::Fresh;
use super::report::Report;
use super::send::Sender;
use crate::cli::Failure;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::AppSecret;
use crate::net;

const ROUTE: &str = "api/instagram/webhook";
const PATIENCE: Duration = Duration::from_secs(20);

/// What `belino replay` can be told.
#[derive(Debug, Args)]
pub struct Options {
    /// Files with a webhook's body, folders of such (*.json, *.txt, *.bin), or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The webhook's address [default: the configured address of this machine's service]
    #[arg(long, value_name = "URL")]
    to: Option<Url>,

    /// The app secret to sign with [default: the configured one]
    #[arg(long, value_name = "SECRET", value_parser = |text: &str| Ok::<_, String>(AppSecret::new(text)))]
    secret: Option<AppSecret>,

    /// Send each file this many times
    #[arg(long, value_name = "N", default_value = "1")]
    times: NonZeroUsize,

    /// Give every copy new object ids and times; else repeats are redeliveries
    #[arg(long)]
    fresh_ids: bool,

    /// Send up to this many at once
    #[arg(long, value_name = "N", default_value = "1")]
    concurrency: NonZeroUsize,
}

/// Sends every copy of every file; fails if one was not accepted.
pub async fn run(options: Options, config: &Config) -> Result<(), Failure> {
    let bodies = files::read(&options.paths)?;
    let client = net::client(&net::Settings {
        timeout: PATIENCE,
        ..net::Settings::default()
    })?;
    let to = options.to.clone().map_or_else(|| address(config), Ok)?;
    let sender = Sender::new(client, to, secret(&options, config)?);
    let fresh = if options.fresh_ids { Some(seed()?) } else { None };

    let times = options.times.get();
    let mut report = Report::new(&bodies, times);
    let copies = bodies
        .iter()
        .enumerate()
        .flat_map(|(file, body)| (0..times).map(move |copy| (file, body, copy)));
    let sending = copies.map(|(file, body, copy)| {
        let sender = &sender;
        async move { (file, sender.send(copy_of(body, copy, fresh)).await) }
    });
    let mut results = stream::iter(sending).buffer_unordered(options.concurrency.get());
    while let Some((file, result)) = results.next().await {
        report.add(file, result)?;
    }
    report.finish()
}

/// The bytes to send: the file's own, or with new ids and times.
fn copy_of(body: &Body, copy: usize, fresh: Option<u64>) -> Vec<u8> {
    match fresh {
        None => body.bytes.clone(),
        Some(seed) => Fresh::new(&body.name, copy, seed, Clock::system().now()).rewrite(&body.bytes),
    }
}

fn seed() -> Result<u64, Failure> {
    getrandom::u64().map_err(|error| Failure::Io("no random number for fresh ids".to_owned(), error.into()))
}

/// A service that listens on every address is asked on this machine's own.
fn address(config: &Config) -> Result<Url, Failure> {
    let mut listen = config.listen;
    if listen.ip().is_unspecified() {
        listen.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let text = format!("http://{listen}/{ROUTE}");
    Url::parse(&text).map_err(|error| Failure::Usage(format!("{text} is no URL: {error}; give --to")))
}

fn secret(options: &Options, config: &Config) -> Result<AppSecret, Failure> {
    let configured = || {
        config
            .graph
            .instagram
            .app_secret
            .clone()
            .or(config.graph.facebook.app_secret.clone())
    };
    options.secret.clone().or_else(configured).ok_or_else(|| {
        Failure::Usage("no secret to sign with: give --secret, or set INSTAGRAM_APP_SECRET".to_owned())
    })
}

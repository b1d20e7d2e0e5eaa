//! Starting the service, the sandbox, the play and the report, in that order.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::{life, report, stage};
use crate::app::App;
use crate::cli::failure::io;
use crate::cli::meta::Meta;
use crate::cli::{Failure, sandbox, serve};
use crate::clock::Clock;
use crate::config::{Config, Purpose, Settings};
use crate::http::ServeOptions;
use crate::lifecycle::{Lifecycle, Signals};
use crate::sandbox::Sandbox;
use crate::telemetry;

const GRACE: Duration = Duration::from_secs(10);

/// Where the demo runs.
#[derive(Debug, Args)]
pub struct Options {
    /// The service's address
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The sandbox's address
    #[arg(long, default_value = "127.0.0.1:8090")]
    sandbox: SocketAddr,
    /// The folder that keeps the demo's database and world
    #[arg(long, default_value = "belino-demo", value_name = "FOLDER")]
    data: PathBuf,
}

/// Plays until a signal.
pub async fn run(options: Options) -> Result<(), Failure> {
    let Options {
        listen,
        sandbox,
        data,
    } = options;
    std::fs::create_dir_all(&data).map_err(io(format!("could not make the folder {}", data.display())))?;
    let bind = |addr| {
        TcpListener::bind(addr).map_err(io(format!("could not listen on {addr}; choose another address")))
    };
    let service = bind(listen)?;
    let listen = service.local_addr().map_err(io("the service has no address"))?;
    let config = config(listen, sandbox, &data)?;
    telemetry::install_logs(&config.log, config.log_format)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let mut signals = Signals::system().map_err(io("could not listen to signals"))?;
    let lifecycle = Lifecycle::new();
    let app = App::build(&config, Clock::system(), lifecycle.clone()).await?;
    app.maintain(config.retention);
    app.process();
    app.listen(&config, service, &ServeOptions::default())?;
    let mut world = sandbox::config(
        sandbox::Options {
            listen: sandbox,
            callback: None,
            journal: Some(data.join("sandbox.jsonl")),
            seed: 1,
            moved_time: false,
        },
        &config,
    );
    world.callback = Some(sandbox::callback(&config, listen)?);
    let running = Sandbox::start(world).await?;
    let meta = Meta::new(format!("http://{}", running.addr()))?;
    let stage = stage::set(&meta, &app).await?;
    report::welcome(
        &format!("http://{listen}"),
        &format!("http://{}", running.addr()),
        &stage,
    )?;
    let stop = lifecycle.stop_token();
    lifecycle.spawn("play", life::play(meta, stage, stop.clone()));
    lifecycle.spawn("report", report::report(app.store.clone(), stop));
    let ending = lifecycle.run(&mut signals, GRACE).await;
    running.stop().await;
    serve::ended(ending)
}

/// The sandbox takes Meta's place by configuration only; what is configured for a real service stays out.
fn config(listen: SocketAddr, sandbox: SocketAddr, data: &Path) -> Result<Config, Failure> {
    let mut settings = Settings::default();
    let database = format!("sqlite://{}", data.join("belino.db").display());
    for (key, value) in [
        ("DATABASE_URL", database),
        ("BELINO_LISTEN", listen.to_string()),
        (
            "BELINO_FACEBOOK_GRAPH_URL",
            format!("http://{sandbox}/graph.facebook.com"),
        ),
        (
            "BELINO_INSTAGRAM_GRAPH_URL",
            format!("http://{sandbox}/graph.instagram.com"),
        ),
        (
            "BELINO_FACEBOOK_DIALOG_URL",
            format!("http://{sandbox}/www.facebook.com/v25.0/dialog/oauth"),
        ),
        (
            "BELINO_INSTAGRAM_AUTHORIZE_URL",
            format!("http://{sandbox}/www.instagram.com/oauth/authorize"),
        ),
        (
            "BELINO_INSTAGRAM_TOKEN_URL",
            format!("http://{sandbox}/api.instagram.com/oauth/access_token"),
        ),
        ("FACEBOOK_APP_ID", "900100000000001".to_owned()),
        ("FACEBOOK_APP_SECRET", "demo-facebook-app-secret".to_owned()),
        ("INSTAGRAM_APP_ID", "900200000000001".to_owned()),
        ("INSTAGRAM_APP_SECRET", "demo-instagram-app-secret".to_owned()),
        ("INSTAGRAM_VERIFY_TOKEN", "demo-verify-token".to_owned()),
        // What is published lies on this machine.
        ("BELINO_ALLOW_PRIVATE_URLS", "on".to_owned()),
        ("BELINO_LOG", "error".to_owned()),
    ] {
        settings.set(key, &value, "demo");
    }
    Ok(Config::of(settings, Purpose::Service)?)
}

//! `belino serve`: the service.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::Failure;
use super::failure::io;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::ServeOptions;
use crate::lifecycle::{Ending, Lifecycle, Signals};
use crate::telemetry;

/// How long what is under way may take after a signal.
const GRACE: Duration = Duration::from_secs(20);

/// How often the file is read by which the clock is moved.
const CLOCK_LOOKED_AT: Duration = Duration::from_millis(100);

/// Which work the process does beside answering the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Takes deliveries and keeps them.
    Receive,
    /// Unpacks and processes what was kept.
    Process,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Options {
    /// What this process does; every process answers the API
    #[arg(long, value_delimiter = ',', default_values = ["receive", "process"])]
    role: Vec<Role>,
    /// For `belino verify`: the clock goes so many seconds beside the machine's as this file says
    #[arg(long, hide = true, value_name = "FILE")]
    clock_beside: Option<PathBuf>,
    /// For `belino verify`: it is so many seconds later, everywhere, as this file says
    #[arg(long, hide = true, value_name = "FILE")]
    time_moved: Option<PathBuf>,
}

/// Serves until a signal.
pub async fn run(options: Options, config: Config) -> Result<(), Failure> {
    telemetry::install_logs(&config.log, config.log_format)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let mut signals = Signals::system().map_err(io("could not listen to signals"))?;
    let lifecycle = Lifecycle::new();
    let listener =
        TcpListener::bind(config.listen).map_err(io(format!("could not listen on {}", config.listen)))?;
    let clock = Clock::movable();
    if let Some(file) = options.clock_beside {
        follow(file, clock.clone(), Clock::put_beside, &lifecycle);
    }
    if let Some(file) = options.time_moved {
        follow(file, clock.clone(), Clock::move_time, &lifecycle);
    }
    let app = App::build(&config, clock, lifecycle.clone()).await?;
    app.maintain(config.retention);
    if options.role.contains(&Role::Process) {
        app.process();
    }
    // Asked of the listener: port 0 takes any that is free.
    let address = listener.local_addr().map_err(io("the listener has no address"))?;
    app.listen(&config, listener, &ServeOptions::default())?;
    tracing::info!(listen = %address, "belino serves http://{address}");
    ended(lifecycle.run(&mut signals, GRACE).await)
}

/// Lets a clock follow a file, in which there may be nothing yet.
fn follow(file: PathBuf, clock: Clock, set: fn(&Clock, i64), lifecycle: &Lifecycle) {
    let stop = lifecycle.stop_token();
    let follow = move |text: std::io::Result<String>| {
        if let Some(seconds) = text.ok().and_then(|text| text.trim().parse().ok()) {
            set(&clock, seconds);
        }
    };
    // From the first moment on: nothing may be written with an earlier time.
    follow(std::fs::read_to_string(&file));
    lifecycle.spawn("clock", async move {
        while !stop.is_cancelled() {
            follow(tokio::fs::read_to_string(&file).await);
            tokio::time::sleep(CLOCK_LOOKED_AT).await;
        }
    });
}

/// What the ending of a life means for whoever started the command.
pub(super) fn ended(ending: Ending) -> Result<(), Failure> {
    match ending {
        Ending::Clean => Ok(()),
        Ending::Cut => Err(Failure::Unsuccessful(
            "stopped before everything had finished".to_owned(),
        )),
        Ending::Failed => Err(Failure::Unsuccessful(
            "a part of the service failed; the log says which".to_owned(),
        )),
    }
}

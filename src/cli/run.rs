//! From what was typed to the command that does it.

use super::{
    Arguments, Command, Failure, backup, connections, demo, doctor, events, keys, migrate, openapi, post,
    replay, retention, sandbox, serve, subscriptions, verify,
};
use crate::config::{Config, Purpose};

/// Does what was asked.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let file = arguments.config.as_deref();
    let config = || Config::load(file, Purpose::Command);
    match arguments.command {
        Command::Serve(options) => serve::run(options, Config::load(file, Purpose::Service)?).await,
        Command::Demo(options) => demo::run(options).await,
        Command::Openapi => openapi::run(),
        Command::Sandbox(options) => sandbox::run(options, &config()?).await,
        Command::Events(action) => events::run(action, &config()?).await,
        Command::Connections(action) => connections::run(action, &config()?).await,
        Command::Post(action) => post::run(action, &config()?).await,
        Command::Subscriptions(action) => subscriptions::run(action, &config()?).await,
        Command::Keys(action) => keys::run(action, &config()?).await,
        Command::Backup(options) => backup::run(options, &config()?).await,
        Command::Doctor(options) => doctor::run(options, file).await,
        Command::Retention(options) => retention::run(options, &config()?).await,
        Command::Migrate => migrate::run(&config()?).await,
        Command::Verify(options) => verify::run(options).await,
        Command::Replay(options) => replay::run(options, &Config::load(file, Purpose::Command)?).await,
    }
}

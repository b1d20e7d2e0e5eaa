//! From what was typed to the command that does it.

use super::{Arguments, Command, Failure, replay};
use crate::config::{Config, Purpose};

/// Does what was asked.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let file = arguments.config.as_deref();
    match arguments.command {
        Command::Replay(options) => replay::run(options, &Config::load(file, Purpose::Command)?).await,
    }
}

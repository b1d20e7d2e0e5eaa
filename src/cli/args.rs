//! What can be typed after `belino`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::replay;

/// Makes Instagram's webhooks trustworthy.
#[derive(Debug, Parser)]
#[command(name = "belino", version, about, max_term_width = 100)]
pub struct Arguments {
    /// Read settings from this file instead of belino.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign files as Meta does and post them to a running service
    Replay(replay::Options),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Arguments::command().debug_assert();
    }
}

//! What can be typed after `belino`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::{
    backup, connections, demo, doctor, events, keys, replay, retention, sandbox, serve, subscriptions, verify,
};

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
    /// Run the service
    Serve(serve::Options),
    /// Run the service and Meta in a box, with an account on which something goes on
    Demo(demo::Options),
    /// Play Meta: Graph, webhooks, limits and errors, on a port of its own
    Sandbox(sandbox::Options),
    /// Look at stored events, or put them back to work
    #[command(subcommand)]
    Events(events::Action),
    /// Connect accounts by their tokens
    #[command(subcommand)]
    Connections(connections::Action),
    /// See to it that Meta delivers to this service what the Facebook app is to hear of
    #[command(subcommand)]
    Subscriptions(subscriptions::Action),
    /// Make, list and revoke keys to the API
    #[command(subcommand)]
    Keys(keys::Action),
    /// Copy the SQLite database while the service runs
    Backup(backup::Options),
    /// Look for what is wrong with the installation, and say what to do
    Doctor(doctor::Options),
    /// Show what is removed after its time, and when; or remove it now
    Retention(retention::Options),
    /// Bring the database up to date
    Migrate,
    /// Print the API's description
    Openapi,
    /// Sign files as Meta does and post them to a running service
    Replay(replay::Options),
    /// Try the guarantees on this machine, and print what came of it
    Verify(verify::Options),
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

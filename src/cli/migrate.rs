//! `belino migrate`: brings the database up to date.

use super::{Failure, line};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;

/// Does it.
pub async fn run(config: &Config) -> Result<(), Failure> {
    app::open_store(config, Clock::system()).await?.close().await;
    line("the database is up to date")
}

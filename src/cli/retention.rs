//! `belino retention`: what is removed after its time, before it is; or its removal, now.

use clap::Args;
use indicatif::ProgressBar;
use serde::Serialize;

use super::{Failure, Row, line, rows};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::{Keep, Retention};
use crate::effects;
use crate::store::{Due, DueRows, Retired, Store};

/// Look, or remove.
#[derive(Debug, Args)]
pub struct Options {
    /// Remove now what the service would remove by and by
    #[arg(long)]
    now: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct KindRow {
    kind: &'static str,
    kept_for: String,
    to_remove: u64,
    bytes: Option<u64>,
    oldest: Option<String>,
}

impl Row for KindRow {
    const HEADS: &'static [&'static str] = &["KIND", "KEPT FOR", "TO REMOVE", "BYTES", "OLDEST"];

    fn cells(&self) -> Vec<String> {
        let none = || "–".to_owned();
        vec![
            self.kind.to_owned(),
            self.kept_for.clone(),
            self.to_remove.to_string(),
            self.bytes.map_or_else(none, |bytes| bytes.to_string()),
            self.oldest.clone().unwrap_or_else(none),
        ]
    }
}

impl KindRow {
    fn of(kind: &'static str, kept: Keep, due: DueRows) -> Self {
        Self {
            kind,
            kept_for: kept.to_string(),
            to_remove: due.rows,
            bytes: due.bytes,
            oldest: due.oldest.map(|at| at.to_string()),
        }
    }
}

#[derive(Serialize)]
struct RemovedRow {
    kind: &'static str,
    removed: u64,
}

impl Row for RemovedRow {
    const HEADS: &'static [&'static str] = &["KIND", "REMOVED"];

    fn cells(&self) -> Vec<String> {
        vec![self.kind.to_owned(), self.removed.to_string()]
    }
}

/// Does it.
pub async fn run(options: Options, config: &Config) -> Result<(), Failure> {
    let store = app::open_store(config, Clock::system()).await?;
    let done = if options.now {
        remove(&store, config, options.json).await
    } else {
        show(&store, &config.retention, options.json).await
    };
    store.close().await;
    done
}

async fn show(store: &Store, retention: &Retention, json: bool) -> Result<(), Failure> {
    let due = store.due(retention).await?;
    rows(&table(&due, retention), json)?;
    if !json && retention.events_stay() > retention.events {
        line("events stay for as long as the deliveries that tell of them (BELINO_KEEP_BODIES)")?;
    }
    Ok(())
}

fn table(due: &Due, retention: &Retention) -> [KindRow; 6] {
    let (bodies, events) = (retention.bodies, retention.events_stay());
    [
        KindRow::of("deliveries", bodies, due.deliveries),
        KindRow::of("quarantine", bodies, due.quarantine),
        KindRow::of("events", events, due.events),
        KindRow::of("calls", events, due.calls),
        KindRow::of("feed", retention.feed, due.feed),
        KindRow::of("uploads", retention.uploads, due.uploads),
    ]
}

async fn remove(store: &Store, config: &Config, json: bool) -> Result<(), Failure> {
    let retention = &config.retention;
    let due = store.due(retention).await?;
    let bar = ProgressBar::new(due.total());
    let progress = |so_far: &Retired| bar.set_position(so_far.total());
    let retired = store.remove_due(retention, progress).await?;
    effects::clear_shelf(store, &config.uploads).await?;
    bar.finish_and_clear();
    let removed = [
        ("deliveries", retired.deliveries),
        ("quarantine", retired.quarantine),
        ("events", retired.events),
        ("calls", retired.calls),
        ("feed", retired.feed),
        ("uploads", retired.uploads),
    ];
    rows(&removed.map(|(kind, removed)| RemovedRow { kind, removed }), json)
}

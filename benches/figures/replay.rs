//! Replays: how many events a second a dry run goes through, asked for over the API as anybody would.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};

use crate::backlog;
use crate::cluster::Cluster;
use crate::comments::{self, Comment};
use crate::installation::{Installation, scratch};
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};
use crate::spread::{Spread, float, grouped};
use crate::table::Table;

/// Comments on each post.
const EACH: usize = 100;
const PATIENCE: Duration = Duration::from_mins(10);

/// What is read again: its name in the API, and in the table.
const SOURCES: [(&str, &str); 2] = [
    ("events", "stored events"),
    ("raw", "the bytes of stored deliveries"),
];

/// Measures.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let (events, rounds) = if quick { (20_000, 1) } else { (100_000, 5) };
    let cluster = Cluster::start()?;
    let folder = scratch()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let told = comments::make(&sandbox, events / EACH, EACH).await?;
    let mut table = Table::new(&["on", "read again", "events", "events/s, median (min – max)"]);
    for on in [None, Some(&cluster)] {
        let installation = Installation::connected(&sandbox, on)?;
        let service = processed(&installation, &sandbox, &told).await?;
        for (source, name) in SOURCES {
            let mut rates = Vec::new();
            for _ in 0..rounds {
                rates.push(float(events) / dry_run(&service, source, events).await?.as_secs_f64());
            }
            let database = if on.is_some() { "PostgreSQL" } else { "SQLite" };
            table.row([
                database.to_owned(),
                name.to_owned(),
                grouped(float(events), 0),
                Spread::of(rates, 0).to_string(),
            ]);
        }
    }
    table.note("`POST /api/replays` with `dry_run`, for everything that is stored, from the request to the answer. The comments came one in a delivery and are enriched; the service has nothing else to do.");
    Ok(table)
}

/// A service that has these comments, enriched.
async fn processed(
    installation: &Installation,
    sandbox: &Sandbox,
    told: &[Comment],
) -> anyhow::Result<Service> {
    backlog::fill(installation, sandbox, told, 1).await?;
    let service = Service::start(installation, Role::Both).await?;
    service.enriched(told.len() as u64, PATIENCE).await?;
    Ok(service)
}

/// How long a dry run took; it has to have seen every event.
async fn dry_run(service: &Service, source: &str, events: usize) -> anyhow::Result<Duration> {
    let wish = json!({ "filter": {}, "from": source, "dry_run": true });
    let began = Instant::now();
    let told = service.post("/api/replays", &wish).await?;
    let took = began.elapsed();
    let number = |name: &str| told.get(name).and_then(Value::as_u64).unwrap_or_default();
    // Finished comments would be put back to work; a delivery's bytes hold nothing that is no event yet.
    let seen = if source == "raw" {
        number("unchanged")
    } else {
        number("would_requeue")
    };
    ensure!(seen == events as u64, "a dry run of {events} events saw {told}");
    Ok(took)
}

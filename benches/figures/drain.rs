//! Draining: how fast a backlog becomes enriched comments, and whether its size slows that down.

use std::time::Duration;

use crate::backlog;
use crate::cluster::Cluster;
use crate::comments::{self, Comment};
use crate::installation::{Installation, scratch};
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};
use crate::spread::{Spread, float, grouped};
use crate::table::Table;

/// Comments on each post: two pages of Graph's.
const EACH: usize = 100;
/// Comments in each delivery, for backlogs of every size.
const PER_DELIVERY: usize = 10;
/// No backlog is waited for longer than this.
const PATIENCE: Duration = Duration::from_mins(30);

struct Backlog {
    /// Kept on a server, not on SQLite.
    on_server: bool,
    comments: usize,
    /// Measured until so many are enriched.
    counted: usize,
    rounds: usize,
}

/// Measures.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let (small, large) = if quick {
        (2_000, 10_000)
    } else {
        (10_000, 1_000_000)
    };
    let cluster = Cluster::start()?;
    let backlogs = [
        Backlog {
            on_server: true,
            comments: small,
            counted: small,
            rounds: if quick { 1 } else { 5 },
        },
        Backlog {
            on_server: false,
            comments: small,
            counted: small,
            rounds: if quick { 1 } else { 5 },
        },
        Backlog {
            on_server: false,
            comments: large,
            counted: large.min(small * 10) / if quick { 2 } else { 1 },
            rounds: 1,
        },
    ];
    let folder = scratch()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let mut table = Table::new(&[
        "backlog",
        "on",
        "measured until",
        "comments/s, median (min – max)",
        "Graph calls per 1,000",
    ]);
    let mut medians = Vec::new();
    for backlog in &backlogs {
        let told = comments::make(&sandbox, backlog.comments / EACH, EACH).await?;
        let mut rates = Vec::new();
        let mut calls = Vec::new();
        for _ in 0..backlog.rounds {
            let on = backlog.on_server.then_some(&cluster);
            let (rate, per_thousand) = drain(&sandbox, on, &told, backlog.counted).await?;
            println!(
                "{} comments on {}: {rate:.0}/s",
                backlog.comments,
                backlog.database()
            );
            rates.push(rate);
            calls.push(per_thousand);
        }
        let rates = Spread::of(rates, 0);
        medians.push(rates.median());
        table.row([
            grouped(float(backlog.comments), 0),
            backlog.database().to_owned(),
            format!("{} are enriched", grouped(float(backlog.counted), 0)),
            rates.to_string(),
            Spread::of(calls, 1).to_string(),
        ]);
    }
    if let [_, small, large] = medians.as_slice() {
        table.note(format!("Large to small on SQLite: **{:.2}**.", large / small));
    }
    table.note(format!(
        "Kept by a service in `--role receive` ({PER_DELIVERY} comments a delivery, {EACH} on each post, twenty posts at a time), then measured from the start of a process with both roles: opening the database and unpacking are part of it. The calls are those answered by the sandbox until then."
    ));
    Ok(table)
}

impl Backlog {
    const fn database(&self) -> &'static str {
        if self.on_server { "PostgreSQL" } else { "SQLite" }
    }
}

/// Comments per second, and calls per thousand comments.
async fn drain(
    sandbox: &Sandbox,
    on: Option<&Cluster>,
    told: &[Comment],
    counted: usize,
) -> anyhow::Result<(f64, f64)> {
    let installation = Installation::connected(sandbox, on)?;
    backlog::fill(&installation, sandbox, told, PER_DELIVERY).await?;
    let calls = sandbox.calls().await?;
    let service = Service::start(&installation, Role::Both).await?;
    let (enriched, seen) = service.enriched(counted as u64, PATIENCE).await?;
    let calls = sandbox.calls().await? - calls;
    let enriched = float(usize::try_from(enriched)?);
    let seconds = (seen - service.started).as_secs_f64();
    Ok((
        enriched / seconds,
        float(usize::try_from(calls)?) * 1_000.0 / enriched,
    ))
}

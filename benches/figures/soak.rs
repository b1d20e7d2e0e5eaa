//! Soaking: whether the service's memory grows while deliveries keep coming at a steady pace.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::cluster::Cluster;
use crate::comments;
use crate::installation::{Installation, scratch};
use crate::load::{self, Outcome, Until};
use crate::payload::Requests;
use crate::process::resident_bytes;
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};
use crate::spread::{float, grouped, mebibytes, millis, percentile};
use crate::table::Table;

const PER_SECOND: u32 = 1_000;
const CONNECTIONS: usize = 32;
/// Comments on each post.
const EACH: usize = 100;
/// What came last is waited for no longer than this.
const PATIENCE: Duration = Duration::from_mins(10);

/// What a service went through.
struct Course {
    outcome: Outcome,
    /// Bytes after each second.
    memory: Vec<u64>,
    /// From the end of the load until all is enriched.
    behind: Duration,
}

/// Measures, on both databases at the same time.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let minute = if quick { 3 } else { 60 };
    let comments = 10 * minute * usize::try_from(PER_SECOND)?;
    let cluster = Cluster::start()?;
    let folder = scratch()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let told = comments::make(&sandbox, comments / EACH, EACH).await?;
    let requests = Arc::new(Requests::of(&sandbox.account, &told, 1));
    println!("{comments} comments are ready");
    let embedded = Installation::connected(&sandbox, None)?;
    let server = Installation::connected(&sandbox, Some(&cluster))?;
    let (embedded, server) = tokio::try_join!(
        soak(&embedded, &requests, 10 * minute),
        soak(&server, &requests, 10 * minute),
    )?;
    let mut table = Table::new(&[
        "on",
        "deliveries",
        "p99 ms",
        "all enriched after, s",
        "memory in the second minute, MiB",
        "in the last",
        "ratio",
        "most",
    ]);
    table.row(embedded.row("SQLite", minute));
    table.row(server.row("PostgreSQL", minute));
    table.note(format!(
        "{} deliveries a second of one comment each, distinct, sent when it is their time; ten times {minute} s. The memory of the service's process is looked at each second, its means are shown. Both services ran at the same time, beside their sandbox and their generators; every delivery was taken, and how far processing was behind at the end is the time until every comment was enriched.",
        grouped(f64::from(PER_SECOND), 0)
    ));
    Ok(table)
}

async fn soak(on: &Installation, requests: &Arc<Requests>, seconds: usize) -> anyhow::Result<Course> {
    let service = Service::start(on, Role::Both).await?;
    let (to, pace) = (
        [service.addr],
        Until::Paced {
            per_second: PER_SECOND,
        },
    );
    let (outcome, memory) = tokio::try_join!(
        load::run(&to, requests, CONNECTIONS, pace),
        watch(service.process.id(), seconds),
    )?;
    ensure!(
        outcome.refused == 0,
        "{} deliveries were refused",
        outcome.refused
    );
    let sent = Instant::now();
    let (_, seen) = service.enriched(requests.len() as u64, PATIENCE).await?;
    Ok(Course {
        outcome,
        memory,
        behind: seen - sent,
    })
}

/// A process's memory after each second.
async fn watch(process: u32, seconds: usize) -> anyhow::Result<Vec<u64>> {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    let mut memory = Vec::new();
    // The first tick comes at once.
    tick.tick().await;
    while memory.len() < seconds {
        tick.tick().await;
        memory.push(resident_bytes(process)?);
    }
    Ok(memory)
}

impl Course {
    fn row(&self, database: &str, minute: usize) -> [String; 8] {
        let (second, last) = (self.mean(minute, minute), self.mean(9 * minute, minute));
        let most = self.memory.iter().copied().max().unwrap_or_default();
        [
            database.to_owned(),
            grouped(float(self.outcome.accepted), 0),
            grouped(millis(percentile(&self.outcome.micros, 99.0)), 1),
            grouped(self.behind.as_secs_f64(), 1),
            grouped(second, 1),
            grouped(last, 1),
            format!("**{:.2}**", last / second),
            grouped(mebibytes(most), 1),
        ]
    }

    /// Mebibytes on average, over so many seconds after the first so many.
    fn mean(&self, skipped: usize, seconds: usize) -> f64 {
        let part = self.memory.iter().skip(skipped).take(seconds);
        part.map(|bytes| mebibytes(*bytes)).sum::<f64>() / float(seconds)
    }
}

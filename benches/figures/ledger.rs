//! The ledger alone, in this process: what the group commit reaches without HTTP. For profiles, not for the tables.

use std::sync::Arc;
use std::time::{Duration, Instant};

use belino::clock::Clock;
use belino::ingest::{Bells, Desk, Ledger};
use belino::store::{Append, Store};
use belino::telemetry;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::installation::{embedded, scratch};
use crate::process::cpu_seconds;
use crate::spread::{float, grouped, millis, percentile};

/// Deliveries that wait at the same time.
const TASKS: usize = 64;
const BODY: usize = 450;

/// Appends for a while and prints what it came to.
pub fn measure(quick: bool) -> anyhow::Result<()> {
    let lasting = Duration::from_secs(if quick { 2 } else { 5 });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(append(lasting))
}

async fn append(lasting: Duration) -> anyhow::Result<()> {
    let metrics = telemetry::install_metrics();
    let folder = scratch()?;
    let store = Store::open(&embedded(folder.path()), Clock::system()).await?;
    store.migrate().await?;
    let (ledger, writer) = Ledger::new(store.clone(), Bells::default());
    let stop = CancellationToken::new();
    let mut background = JoinSet::new();
    background.spawn(writer.run(stop.clone()));
    let copied = store.clone();
    background.spawn(async move { copied.keep_log_short().await });

    let (began, cpu) = (Instant::now(), cpu_seconds(std::process::id())?);
    let mut tasks: JoinSet<anyhow::Result<Vec<u32>>> = JoinSet::new();
    let (desk, hand_out) = Desk::new(ledger);
    background.spawn(hand_out);
    let desk = Arc::new(desk);
    for _ in 0..TASKS {
        tasks.spawn(one(store.clone(), desk.clone(), began + lasting));
    }
    let mut micros = Vec::new();
    while let Some(task) = tasks.join_next().await {
        micros.append(&mut task??);
    }
    let seconds = began.elapsed().as_secs_f64();
    let cpu = (cpu_seconds(std::process::id())? - cpu) / seconds;
    micros.sort_unstable();
    let at = |share| millis(percentile(&micros, share));
    println!(
        "{} rows/s, p50 {:.2} ms, p99 {:.2} ms, {cpu:.2} CPU s/s",
        grouped(float(micros.len()) / seconds, 0),
        at(50.0),
        at(99.0)
    );
    for line in metrics
        .render()
        .lines()
        .filter(|line| line.starts_with("belino_ledger_commit_deliveries_"))
    {
        println!("{line}");
    }
    background.abort_all();
    Ok(())
}

async fn one(store: Store, desk: Arc<Desk>, end: Instant) -> anyhow::Result<Vec<u32>> {
    let body = bytes::Bytes::from(vec![b'x'; BODY]);
    let mut micros = Vec::new();
    while Instant::now() < end {
        let start = Instant::now();
        let received_at = store.clock().now();
        desk.append(Append {
            id: store.delivery_id(received_at),
            received_at,
            signed_by: "instagram".into(),
            headers: vec![b' '; 220],
            body: body.clone(),
        })
        .await?;
        micros.push(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(micros)
}

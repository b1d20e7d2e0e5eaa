//! What it takes to have it running: memory at rest, time to start, size of the program.

use std::time::Duration;

use crate::installation::Installation;
use crate::process::{cpu_seconds, resident_bytes};
use crate::service::{BELINO, Role, Service};
use crate::spread::{Spread, grouped, mebibytes};
use crate::table::Table;

/// How long it is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(5);

/// Measures.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let rounds = if quick { 2 } else { 5 };
    let [mut new, mut again, mut memory, mut cpu] = [const { Vec::new() }; 4];
    for _ in 0..rounds {
        let installation = Installation::alone()?;
        let first = Service::start(&installation, Role::Both).await?;
        new.push(first.ready_after.as_secs_f64() * 1_000.0);
        first.process.stop().await?;
        let service = Service::start(&installation, Role::Both).await?;
        again.push(service.ready_after.as_secs_f64() * 1_000.0);
        let before = cpu_seconds(service.process.id())?;
        tokio::time::sleep(REST).await;
        cpu.push((cpu_seconds(service.process.id())? - before) / REST.as_secs_f64() * 1_000.0);
        memory.push(mebibytes(resident_bytes(service.process.id())?));
    }
    let mut table = Table::new(&["", "median (min – max)"]);
    let rows = [
        ("start to `/readyz` 200, new database, ms", Spread::of(new, 0)),
        (
            "start to `/readyz` 200, existing database, ms",
            Spread::of(again, 0),
        ),
        ("memory after 5 s at rest, MiB", Spread::of(memory, 1)),
        ("CPU at rest, ms per second", Spread::of(cpu, 1)),
    ];
    for (what, spread) in rows {
        table.row([what.to_owned(), spread.to_string()]);
    }
    let bytes = std::fs::metadata(BELINO)?.len();
    table.row(["program on disk, MiB".to_owned(), grouped(mebibytes(bytes), 1)]);
    Ok(table)
}

//! Claiming: whether a backlog of a million events slows down getting at the ones that are due first.

use anyhow::Context;

use crate::cluster::Cluster;
use crate::installation::{embedded, scratch};
use crate::queue::{Queue, Size};
use crate::spread::{float, grouped, millis, percentile};
use crate::table::Table;

/// A backlog of a shape, small and large: that a lane is long must not matter, nor that there are many.
struct Shape {
    name: &'static str,
    sizes: [Size; 2],
}

/// Measures.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let claims = if quick { 200 } else { 500 };
    let mut table = Table::new(&["on", "due events", "median ms", "p99 ms"]);
    let mut ratios = Vec::new();
    let cluster = Cluster::start()?;
    for on in [None, Some(&cluster)] {
        for shape in shapes(quick) {
            let measured = compare(on, &shape, claims).await?;
            for (size, micros) in shape.sizes.iter().zip(&measured) {
                table.row([
                    database(on).to_owned(),
                    format!("{} {}", grouped(float(size.lanes * size.each), 0), shape.name),
                    grouped(millis(percentile(micros, 50.0)), 2),
                    grouped(millis(percentile(micros, 99.0)), 2),
                ]);
            }
            let [small, large] = measured.map(|micros| f64::from(percentile(&micros, 50.0)));
            ratios.push(format!(
                "{} {} **{:.2}**",
                database(on),
                shape.name,
                large / small
            ));
        }
    }
    table.note(format!("Large to small, by the medians: {}.", ratios.join(", ")));
    table.note(format!(
        "What the processor does before it works on a slice, over the program's own store in this process: it claims the lane whose turn it is, durably, and reads the first 200 events that are due in it. {claims} claims of each, in turn on the small and on the large database; after each one, ten of its events are finished and the lane is given back, which is not counted."
    ));
    Ok(table)
}

fn shapes(quick: bool) -> [Shape; 2] {
    let large = if quick { 100_000 } else { 1_000_000 };
    let one = |each| Size { lanes: 1, each };
    let many = |events| Size {
        lanes: events / 1_000,
        each: 1_000,
    };
    [
        Shape {
            name: "in one lane",
            sizes: [10_000, large].map(one),
        },
        Shape {
            name: "in lanes of 1,000",
            sizes: [10_000, large].map(many),
        },
    ]
}

const fn database(on: Option<&Cluster>) -> &'static str {
    match on {
        Some(_) => "PostgreSQL",
        None => "SQLite",
    }
}

/// Sorted microseconds of the claims on the small and on the large one, which take turns.
async fn compare(on: Option<&Cluster>, shape: &Shape, claims: usize) -> anyhow::Result<[Vec<u32>; 2]> {
    let folders = [scratch()?, scratch()?];
    let [mut small, mut large] = [const { Vec::new() }; 2];
    let mut queues = Vec::new();
    for (folder, size) in folders.iter().zip(shape.sizes) {
        let url = match on {
            Some(cluster) => cluster.database()?,
            None => embedded(folder.path()),
        };
        let began = std::time::Instant::now();
        queues.push(Queue::fill(&url, size).await?);
        println!(
            "{} events {} on {} after {:.0?}",
            size.lanes * size.each,
            shape.name,
            database(on),
            began.elapsed()
        );
    }
    for turn in 0..claims {
        // Each goes first as often as the other.
        for side in [turn % 2, (turn + 1) % 2] {
            let queue = queues.get(side).context("a queue of each size")?;
            let micros = queue.claim().await?;
            if side == 0 { &mut small } else { &mut large }.push(micros);
        }
    }
    small.sort_unstable();
    large.sort_unstable();
    Ok([small, large])
}

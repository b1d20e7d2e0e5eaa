//! Belino's figures: measures the real program on this machine and fills the tables of `benches/README.md`.
//!
//! `cargo bench --bench figures -- [NAME|all] [--quick]`. Load generator, bare peer, sandbox and service share the
//! machine, and no number is typed in by hand.
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measures")]

mod backlog;
mod bare;
mod calls;
mod claims;
mod cluster;
mod comments;
mod contender;
mod drain;
mod express;
mod footprint;
mod http1;
mod idle;
mod installation;
mod ledger;
mod load;
mod machine;
mod payload;
mod posts;
mod process;
mod queue;
mod receive;
mod releases;
mod replay;
mod sandbox;
mod service;
mod soak;
mod spread;
mod table;
mod wait;

use std::process::ExitCode;

/// What is measured, in the order of `all`.
const FIGURES: [&str; 10] = [
    "footprint",
    "idle",
    "calls",
    "receive",
    "postgres",
    "drain",
    "claims",
    "replay",
    "posts",
    "soak",
];

const USAGE: &str = "usage: cargo bench --bench figures -- [receive|postgres|drain|claims|replay|posts|calls|idle|footprint|soak|all] [--quick]
       cargo bench --bench figures -- ledger     (the ledger alone, in process, for profiles)
--quick measures little, prints it, and leaves benches/README.md as it is";

fn main() -> ExitCode {
    // Cargo adds `--bench`, or nothing when it runs everything as a test: then there is nothing to do.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let quick = words.iter().any(|word| word == "--quick");
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| *word != "--quick")
        .collect();
    let done = match words.as_slice() {
        ["bare", addr, workers] => bare::serve(addr, workers),
        ["ledger"] => ledger::measure(quick),
        ["all"] => measure(&FIGURES, quick),
        [figure] if FIGURES.contains(figure) => measure(&[*figure], quick),
        _ => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(figures: &[&str], quick: bool) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for figure in figures {
        println!("measuring {figure} …");
        let table = runtime.block_on(async {
            match *figure {
                "receive" => receive::measure(receive::EMBEDDED, quick).await,
                "postgres" => receive::measure(receive::SERVER, quick).await,
                "drain" => drain::measure(quick).await,
                "claims" => claims::measure(quick).await,
                "replay" => replay::measure(quick).await,
                "posts" => posts::measure(quick).await,
                "soak" => soak::measure(quick).await,
                "calls" => calls::measure(quick).await,
                "idle" => idle::measure(quick).await,
                _ => footprint::measure(quick).await,
            }
        })?;
        table::publish(figure, &table, quick)?;
    }
    Ok(())
}

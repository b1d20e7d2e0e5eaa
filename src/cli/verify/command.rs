//! The options, the stores one after the other, and the end.

use std::path::PathBuf;

use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::bed::{Bed, Parts};
use super::cluster::Cluster;
use super::row::{LEGEND, Line, Verdict};
use super::scratch::Scratch;
use super::trials::{Plan, Trial};
use crate::cli::failure::io;
use crate::cli::{Failure, line, rows};
use crate::config;
use crate::lifecycle::Signals;

/// Kills of the short form.
const QUICK: usize = 3;

/// How much to try.
#[derive(Debug, Args)]
pub struct Options {
    /// How often the service is killed under load
    #[arg(long, default_value_t = 20, value_name = "N")]
    kills: usize,
    /// A short form: three kills, and nothing that takes minutes
    #[arg(long)]
    quick: bool,
    /// Try on PostgreSQL, too: in a private cluster, which takes the server's programs
    #[arg(long)]
    postgres: bool,
    /// Try on PostgreSQL, too: in this database, which must be EMPTY
    #[arg(long, value_name = "URL", conflicts_with = "postgres")]
    database_url: Option<String>,
    /// The folder for logs and databases; removed if all went well [default: a temporary one]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// Print the lines as JSON
    #[arg(long)]
    json: bool,
}

/// Tries everything and prints the table; fails if a promise was not kept. A signal ends it, and all it started.
pub async fn run(options: Options) -> Result<(), Failure> {
    let mut signals = Signals::system().map_err(io("could not listen to signals"))?;
    let scratch = Scratch::make(options.dir.clone())?;
    let lines = tokio::select! {
        lines = all(&options, &scratch) => lines?,
        () = signals.next() => {
            scratch.remove()?;
            return Err(Failure::Unsuccessful("interrupted: everything that was started is ended".to_owned()));
        }
    };
    rows(&lines, options.json)?;
    if !options.json {
        line(&format!("\n{LEGEND}"))?;
    }
    if lines.iter().any(Line::failed) {
        let logs = scratch.path().display();
        return Err(Failure::Unsuccessful(format!(
            "not everything held; logs and databases are in {logs}"
        )));
    }
    scratch.remove()
}

/// Both stores at the same time: each has processes and a Meta of its own, and most of the time is waiting.
async fn all(options: &Options, scratch: &Scratch) -> Result<Vec<Line>, Failure> {
    let program = config::own_program().map_err(io("could not find the program itself"))?;
    let plan = Plan {
        kills: if options.quick {
            options.kills.min(QUICK)
        } else {
            options.kills
        },
        quick: options.quick,
    };
    let parts = |name: &str, database: String, cluster| Parts {
        program: &program,
        folder: scratch.path().join(name),
        database,
        cluster,
    };
    let bars = MultiProgress::new();
    let file = format!("sqlite://{}", scratch.path().join("sqlite/belino.db").display());
    let on_sqlite = tried(
        "SQLite",
        &Trial::ON_SQLITE,
        parts("sqlite", file, None),
        &plan,
        &bars,
    );
    let on_postgres = async {
        Ok::<_, Failure>(match server(options)? {
            Ok((url, cluster)) => {
                let parts = parts("postgres", url, cluster);
                tried("PostgreSQL", &Trial::ON_POSTGRES, parts, &plan, &bars).await
            }
            Err(why) => untried(why, &plan),
        })
    };
    let (mut lines, more) = tokio::join!(on_sqlite, on_postgres);
    lines.extend(more?);
    Ok(lines)
}

/// The database that was named, or one of a cluster of ours; else why there is none.
fn server(options: &Options) -> Result<Result<(String, Option<Cluster>), &'static str>, Failure> {
    if let Some(url) = &options.database_url {
        return Ok(Ok((url.clone(), None)));
    }
    if !options.postgres {
        return Ok(Err("ask for it by --postgres or --database-url"));
    }
    let cluster = Cluster::start()?;
    Ok(cluster
        .map(|cluster| (cluster.url(), Some(cluster)))
        .ok_or("no initdb, pg_ctl and createdb were found: install PostgreSQL's server"))
}

/// One line for each trial, in their order.
async fn tried(
    store: &'static str,
    trials: &[Trial],
    parts: Parts<'_>,
    plan: &Plan,
    bars: &MultiProgress,
) -> Vec<Line> {
    let mut bed = match Bed::make(parts).await {
        Ok(bed) => bed,
        Err(failure) => {
            let verdict = Verdict::Failed(failure.to_string());
            return vec![Line {
                store,
                done: "the service is started".to_owned(),
                figures: None,
                verdict,
            }];
        }
    };
    let bar = bars.add(ProgressBar::new(trials.len() as u64));
    let style = ProgressStyle::with_template("{spinner} {prefix} {pos}/{len}  {msg}  {elapsed}");
    bar.set_style(style.expect("the template is well-formed"));
    bar.set_prefix(store);
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    let mut lines = Vec::with_capacity(trials.len());
    for trial in trials {
        bar.set_message(trial.told(plan));
        lines.push(trial.line(store, &mut bed, plan).await);
        bar.inc(1);
    }
    bar.finish_and_clear();
    lines
}

fn untried(why: &str, plan: &Plan) -> Vec<Line> {
    let line = |trial: &Trial| Line {
        store: "PostgreSQL",
        done: trial.told(plan),
        figures: None,
        verdict: Verdict::NotTested(why.to_owned()),
    };
    Trial::ON_POSTGRES.iter().map(line).collect()
}

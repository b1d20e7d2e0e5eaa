//! The options, the stores one after the other, and the end.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::bed::{Bed, Parts};
use super::cluster::Cluster;
use super::process::Process;
use super::row::{LEGEND, Line, Verdict};
use super::scratch::Scratch;
use super::trials::{Plan, Trial};
use crate::cli::failure::io;
use crate::cli::meta::Meta;
use crate::cli::{Failure, line, rows};
use crate::config;
use crate::lifecycle::Signals;

/// Large enough that no budget fills by itself: what Meta limits is ordered where it is tried.
const NO_LIMIT: u64 = 1_000_000_000_000;

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
        () = signals.next() => return Err(Failure::Unsuccessful("interrupted".to_owned())),
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

async fn all(options: &Options, scratch: &Scratch) -> Result<Vec<Line>, Failure> {
    let program = config::own_program().map_err(io("could not find the program itself"))?;
    let mut command = Command::new(&program);
    command
        .args(["sandbox", "--listen", "127.0.0.1:0"])
        .current_dir(scratch.path())
        .env_clear();
    let mut sandbox = Process::start(&mut command, scratch.path().join("sandbox.log"))?;
    let at = sandbox.address().await?;
    let limits = json!({ "account_calls": NO_LIMIT, "app_calls": NO_LIMIT });
    Meta::new(format!("http://{at}"))?
        .make("settings", limits)
        .await?;
    let parts = |name: &str, database: String, cluster| Parts {
        program: &program,
        folder: scratch.path().join(name),
        database,
        sandbox: at,
        cluster,
    };
    let plan = Plan {
        kills: if options.quick { 3 } else { options.kills },
        quick: options.quick,
    };
    let file = format!("sqlite://{}", scratch.path().join("sqlite/belino.db").display());
    let mut lines = tried(
        "SQLite",
        &Trial::ON_SQLITE,
        Bed::make(parts("sqlite", file, None)).await,
        &plan,
    )
    .await;
    let named = options.database_url.clone().map(|url| (url, None));
    let postgres = match named {
        None if options.postgres => Cluster::start()?.map(|cluster| (cluster.url(), Some(cluster))),
        named => named,
    };
    lines.extend(match postgres {
        Some((url, cluster)) => {
            let bed = Bed::make(parts("postgres", url, cluster)).await;
            tried("PostgreSQL", &Trial::ON_POSTGRES, bed, &plan).await
        }
        None if options.postgres => untried(
            "no initdb, pg_ctl and createdb were found: install PostgreSQL's server",
            &plan,
        ),
        None => untried("ask for it by --postgres or --database-url", &plan),
    });
    Ok(lines)
}

/// One line for each trial, in their order.
async fn tried(store: &'static str, trials: &[Trial], bed: Result<Bed, Failure>, plan: &Plan) -> Vec<Line> {
    let mut bed = match bed {
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
    let bar = ProgressBar::new(trials.len() as u64);
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

//! The options, the stores one after the other, and the end.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::bed::{Bed, Parts};
use super::cluster::Cluster;
use super::posts;
use super::report::Report;
use super::row::{Line, Verdict};
use super::scratch::Scratch;
use super::trials::{Plan, Trial};
use crate::cli::Failure;
use crate::cli::failure::io;
use crate::config;
use crate::lifecycle::Signals;

/// Kills of the short form.
const QUICK: usize = 3;
/// Its posts that meet each mishap.
const QUICK_POSTS: usize = 1;

/// A database that is tried.
struct Store {
    name: &'static str,
    folder: &'static str,
    trials: &'static [Trial],
    /// Several processes may be at it.
    shared: bool,
}

const SQLITE: Store = Store {
    name: "SQLite",
    folder: "sqlite",
    trials: &Trial::ON_SQLITE,
    shared: false,
};
const POSTGRES: Store = Store {
    name: "PostgreSQL",
    folder: "postgres",
    trials: &Trial::ON_POSTGRES,
    shared: true,
};

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// That deliveries are kept, and processed once
    Deliveries,
    /// That posts are published once
    Posts,
}

/// How much to try.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
pub struct Options {
    /// How often the service is killed under load
    #[arg(long, default_value_t = 20, value_name = "N")]
    kills: usize,
    /// How many posts meet each mishap at each step of publishing
    #[arg(long, default_value_t = 6, value_name = "N")]
    posts: usize,
    /// Which posts meet what, of which kind, and when
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Try this only
    #[arg(long)]
    only: Option<Only>,
    /// A short form: three kills, a post of each, and nothing that takes minutes
    #[arg(long)]
    quick: bool,
    /// On each store, end with the first promise that is not kept
    #[arg(long)]
    fail_fast: bool,
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

impl Options {
    fn plan(&self) -> Plan {
        let most = |number: usize, quick| if self.quick { number.min(quick) } else { number };
        Plan {
            kills: most(self.kills, QUICK),
            quick: self.quick,
            posts: most(self.posts, QUICK_POSTS),
            seed: self.seed,
        }
    }

    fn tries(&self, what: Only) -> bool {
        self.only.is_none_or(|only| only == what)
    }
}

/// Tries everything and prints the tables; fails if a promise was not kept. A signal ends it, and all it started.
pub async fn run(options: Options) -> Result<(), Failure> {
    let mut signals = Signals::system().map_err(io("could not listen to signals"))?;
    let scratch = Scratch::make(options.dir.clone())?;
    let report = tokio::select! {
        report = all(&options, &scratch) => report?,
        () = signals.next() => {
            scratch.remove()?;
            return Err(Failure::Unsuccessful("interrupted: everything that was started is ended".to_owned()));
        }
    };
    report.print(options.json)?;
    if report.failed() {
        let logs = scratch.path().display();
        return Err(Failure::Unsuccessful(format!(
            "not everything held; logs and databases are in {logs}"
        )));
    }
    scratch.remove()
}

/// Both stores at the same time: each has processes and a Meta of its own, and most of the time is waiting.
async fn all(options: &Options, scratch: &Scratch) -> Result<Report, Failure> {
    let program = config::own_program().map_err(io("could not find the program itself"))?;
    let parts = |on: &Store, database: String, cluster| Parts {
        program: &program,
        folder: scratch.path().join(on.folder),
        database,
        cluster,
        shared: on.shared,
    };
    let bars = MultiProgress::new();
    let file = format!("sqlite://{}", scratch.path().join("sqlite/belino.db").display());
    let on_sqlite = tried(&SQLITE, parts(&SQLITE, file, None), options, &bars);
    let on_postgres = async {
        Ok::<_, Failure>(match server(options)? {
            Ok((url, cluster)) => tried(&POSTGRES, parts(&POSTGRES, url, cluster), options, &bars).await,
            Err(why) => untried(why, options),
        })
    };
    let (mut report, more) = tokio::join!(on_sqlite, on_postgres);
    report.add(more?);
    Ok(report)
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

/// Every trial on a store, in their order.
async fn tried(on: &Store, parts: Parts<'_>, options: &Options, bars: &MultiProgress) -> Report {
    let plan = options.plan();
    let mut report = Report::default();
    let mut bed = match Bed::make(parts).await {
        Ok(bed) => bed,
        Err(failure) => {
            report.deliveries.push(Line {
                store: on.name,
                done: "the service is started".to_owned(),
                figures: None,
                verdict: Verdict::Failed(failure.to_string()),
            });
            return report;
        }
    };
    let bar = bar(on, options, bars);
    for trial in on.trials.iter().filter(|_| options.tries(Only::Deliveries)) {
        bar.set_message(trial.told(&plan));
        report.deliveries.push(trial.line(on.name, &mut bed, &plan).await);
        bar.inc(1);
        if options.fail_fast && report.failed() {
            return report;
        }
    }
    if options.tries(Only::Deliveries) {
        report.deliveries.push(Trial::all(on.name, &mut bed).await);
    }
    // Last: much time is moved on in it, for good.
    if options.tries(Only::Posts) {
        bar.set_message(posts::ALL);
        report.posts = posts::carried_through(on.name, &mut bed, &plan).await;
        bar.inc(1);
    }
    bar.finish_and_clear();
    report
}

fn bar(on: &Store, options: &Options, bars: &MultiProgress) -> ProgressBar {
    let trials = if options.tries(Only::Deliveries) {
        on.trials.len()
    } else {
        0
    };
    let steps = trials + usize::from(options.tries(Only::Posts));
    let bar = bars.add(ProgressBar::new(steps as u64));
    let style = ProgressStyle::with_template("{spinner} {prefix} {pos}/{len}  {msg}  {elapsed}");
    bar.set_style(style.expect("the template is well-formed"));
    bar.set_prefix(on.name);
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

fn untried(why: &str, options: &Options) -> Report {
    let line = |trial: &Trial| Line {
        store: POSTGRES.name,
        done: trial.told(&options.plan()),
        figures: None,
        verdict: Verdict::NotTested(why.to_owned()),
    };
    let mut report = Report::default();
    if options.tries(Only::Deliveries) {
        report.deliveries = POSTGRES.trials.iter().map(line).collect();
    }
    if options.tries(Only::Posts) {
        report.posts.push(posts::untried(POSTGRES.name, why));
    }
    report
}

//! Receiving: how many deliveries a second are verified, durable and answered, beside the bare peer.

use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;

use crate::cluster::Cluster;
use crate::comments;
use crate::contender::{Contender, Ground, Running};
use crate::installation::scratch;
use crate::load::{self, Outcome, Until};
use crate::payload::Requests;
use crate::process::cpu_seconds;
use crate::sandbox::Sandbox;
use crate::service::Role;
use crate::spread::{Spread, float, grouped, mebibytes, millis, percentile};
use crate::table::Table;

/// On the embedded database.
pub const EMBEDDED: &[Contender] = &[Contender::Sqlite(Role::Both), Contender::Sqlite(Role::Receive)];
/// On a server, beside the embedded one.
pub const SERVER: &[Contender] = &[
    Contender::Sqlite(Role::Receive),
    Contender::Postgres(Role::Both, 1),
    Contender::Postgres(Role::Receive, 1),
    Contender::Postgres(Role::Receive, 2),
    Contender::Postgres(Role::Receive, 4),
    Contender::Bare(4),
    Contender::Crowded(1),
    Contender::Crowded(4),
    Contender::Express,
];

struct Plan {
    rounds: usize,
    warm_up: Duration,
    measured: Duration,
    posts: usize,
    each: usize,
}

/// One round of one server.
struct Round {
    outcome: Outcome,
    per_second: f64,
    server_cpu: f64,
    own_cpu: f64,
    memory: u64,
}

/// Measures these, each round right after one of the bare peer.
pub async fn measure(contenders: &[Contender], quick: bool) -> anyhow::Result<Table> {
    let plan = Plan::new(quick);
    let needs_server = |one: &Contender| {
        matches!(
            one,
            Contender::Postgres(..) | Contender::Crowded(_) | Contender::Express
        )
    };
    let folder = scratch()?;
    let ground = Ground {
        sandbox: Sandbox::start(folder.path()).await?,
        cluster: contenders
            .iter()
            .any(needs_server)
            .then(Cluster::start)
            .transpose()?,
    };
    let told = comments::make(&ground.sandbox, plan.posts, plan.each).await?;
    let requests = Arc::new(Requests::of(&ground.sandbox.account, &told, 1));
    let mut rounds: Vec<(Vec<Round>, Vec<Round>)> = contenders.iter().map(|_| Default::default()).collect();
    for round in 1..=plan.rounds {
        for (contender, (bare, own)) in contenders.iter().zip(&mut rounds) {
            bare.push(plan.round(Contender::Bare(1), &ground, &requests).await?);
            own.push(plan.round(*contender, &ground, &requests).await?);
        }
        println!("round {round} of {}", plan.rounds);
    }
    Ok(table(contenders, &rounds, &plan, &requests))
}

impl Plan {
    const fn new(quick: bool) -> Self {
        if quick {
            Self {
                rounds: 2,
                warm_up: Duration::from_millis(500),
                measured: Duration::from_secs(2),
                posts: 100,
                each: 1_000,
            }
        } else {
            Self {
                rounds: 5,
                warm_up: Duration::from_secs(1),
                measured: Duration::from_secs(5),
                posts: 200,
                each: 1_500,
            }
        }
    }

    async fn round(
        &self,
        contender: Contender,
        ground: &Ground,
        requests: &Arc<Requests>,
    ) -> anyhow::Result<Round> {
        let running = contender.start(ground).await?;
        let until = Until::Elapsed {
            warm_up: self.warm_up,
            measured: self.measured,
        };
        let to = running.addresses();
        let (outcome, cpu) = tokio::join!(
            load::run(&to, requests, contender.connections(), until),
            self.cpu(&running)
        );
        let (outcome, (server_cpu, own_cpu)) = (outcome?, cpu?);
        ensure!(
            !outcome.micros.is_empty(),
            "nothing was accepted in {:?} by {}",
            self.measured,
            contender.name()
        );
        running.check(&outcome).await?;
        Ok(Round {
            per_second: float(outcome.micros.len()) / self.measured.as_secs_f64(),
            memory: running.resident_bytes()?,
            outcome,
            server_cpu,
            own_cpu,
        })
    }

    /// Processor seconds a second, of the server and our own.
    async fn cpu(&self, running: &Running) -> anyhow::Result<(f64, f64)> {
        tokio::time::sleep(self.warm_up).await;
        let before = (running.cpu_seconds()?, cpu_seconds(std::process::id())?);
        tokio::time::sleep(self.measured).await;
        let after = (running.cpu_seconds()?, cpu_seconds(std::process::id())?);
        let seconds = self.measured.as_secs_f64();
        Ok(((after.0 - before.0) / seconds, (after.1 - before.1) / seconds))
    }
}

fn table(
    contenders: &[Contender],
    rounds: &[(Vec<Round>, Vec<Round>)],
    plan: &Plan,
    requests: &Requests,
) -> Table {
    let mut table = Table::new(&[
        "median (min – max)",
        "requests/s",
        "of bare",
        "p50 ms",
        "p99 ms",
        "max ms",
        "memory MiB",
        "CPU s/s",
        "generator CPU s/s",
        "refused",
    ]);
    let bare: Vec<&Round> = rounds.iter().flat_map(|(bare, _)| bare).collect();
    table.row(row(Contender::Bare(1), &bare, &bare));
    for (contender, (bare, own)) in contenders.iter().zip(rounds) {
        let (bare, own): (Vec<&Round>, Vec<&Round>) = (bare.iter().collect(), own.iter().collect());
        table.row(row(*contender, &own, &bare));
    }
    table.note(format!(
        "{} connections in a closed loop unless it says otherwise, distinct signed notifications of one comment ({} bytes on average), {} rounds of {:?} after {:?} of warm-up, each on a new database and right after a bare round, with which it is compared. After each of Belino's rounds every answered delivery was found stored. CPU and memory are those of the receiving processes, without a database server's.",
        Contender::Bare(1).connections(), requests.mean_body(), plan.rounds, plan.measured, plan.warm_up
    ));
    if rounds
        .iter()
        .flat_map(|(_, own)| own)
        .any(|round| round.outcome.repeated)
    {
        table.note("Some requests were sent twice: prepare more for a machine as fast as this.");
    }
    table
}

fn row(contender: Contender, rounds: &[&Round], bare: &[&Round]) -> Vec<String> {
    let spread = |digits, of: &dyn Fn(&Round) -> f64| {
        Spread::of(rounds.iter().map(|round| of(round)), digits).to_string()
    };
    let ratios = rounds
        .iter()
        .zip(bare)
        .map(|(own, bare)| own.per_second / bare.per_second);
    let refused: usize = rounds.iter().map(|round| round.outcome.refused).sum();
    vec![
        contender.name(),
        spread(0, &|round| round.per_second),
        Spread::of(ratios, 2).to_string(),
        spread(1, &|round| millis(percentile(&round.outcome.micros, 50.0))),
        spread(1, &|round| millis(percentile(&round.outcome.micros, 99.0))),
        spread(1, &|round| millis(percentile(&round.outcome.micros, 100.0))),
        spread(0, &|round| mebibytes(round.memory)),
        spread(2, &|round| round.server_cpu),
        spread(2, &|round| round.own_cpu),
        grouped(float(refused), 0),
    ]
}

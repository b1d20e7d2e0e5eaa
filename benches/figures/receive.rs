//! Receiving: how many deliveries a second are verified, durable and answered, beside the bare peer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;

use crate::bare::Bare;
use crate::comments;
use crate::installation::{Installation, scratch};
use crate::load::{self, Outcome, Until};
use crate::payload::Requests;
use crate::process::{cpu_seconds, resident_bytes};
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};
use crate::spread::{Spread, float, grouped, mebibytes, millis, percentile};
use crate::table::Table;

/// Senders at the same time.
const CONNECTIONS: usize = 64;

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

/// Measures.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let plan = if quick {
        Plan {
            rounds: 2,
            warm_up: Duration::from_millis(500),
            measured: Duration::from_secs(2),
            posts: 100,
            each: 1_000,
        }
    } else {
        Plan {
            rounds: 5,
            warm_up: Duration::from_secs(1),
            measured: Duration::from_secs(5),
            posts: 200,
            each: 1_500,
        }
    };
    let folder = scratch()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let told = comments::make(&sandbox, plan.posts, plan.each).await?;
    let requests = Arc::new(Requests::of(&sandbox.account, &told, 1));
    let [mut bare, mut both, mut receive] = [Vec::new(), Vec::new(), Vec::new()];
    for round in 1..=plan.rounds {
        bare.push(plan.bare(&requests).await?);
        both.push(plan.service(&sandbox, &requests, Role::Both).await?);
        bare.push(plan.bare(&requests).await?);
        receive.push(plan.service(&sandbox, &requests, Role::Receive).await?);
        println!("round {round} of {}", plan.rounds);
    }
    let before = |offset: usize| bare.iter().skip(offset).step_by(2);
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
    table.row(row("bare: reads the body, answers 200", &bare, bare.iter()));
    table.row(row("Belino, processing what comes", &both, before(0)));
    table.row(row("Belino, `--role receive`", &receive, before(1)));
    table.note(format!(
        "{CONNECTIONS} connections in a closed loop, distinct signed notifications of one comment ({} bytes on average), {} rounds of {:?} after {:?} of warm-up, each Belino round on a new database and right after a bare round, with which it is compared. After each round every answered delivery was found stored.",
        requests.mean_body(), plan.rounds, plan.measured, plan.warm_up
    ));
    if both.iter().chain(&receive).any(|round| round.outcome.repeated) {
        table.note("Some requests were sent twice: prepare more for a machine as fast as this.");
    }
    Ok(table)
}

impl Plan {
    async fn bare(&self, requests: &Arc<Requests>) -> anyhow::Result<Round> {
        let bare = Bare::start().await?;
        self.round(bare.addr, bare.process.id(), requests).await
    }

    async fn service(
        &self,
        sandbox: &Sandbox,
        requests: &Arc<Requests>,
        role: Role,
    ) -> anyhow::Result<Round> {
        let installation = Installation::connected(sandbox)?;
        let service = Service::start(&installation, role).await?;
        let round = self.round(service.addr, service.process.id(), requests).await?;
        let (stored, accepted) = (service.summary().await?.received, round.outcome.accepted as u64);
        // What was refused may have been kept all the same, when only its answer was late.
        ensure!(
            stored >= accepted && (stored == accepted || round.outcome.refused > 0),
            "{accepted} deliveries were acknowledged, {stored} are stored"
        );
        Ok(round)
    }

    async fn round(&self, to: SocketAddr, server: u32, requests: &Arc<Requests>) -> anyhow::Result<Round> {
        let until = Until::Elapsed {
            warm_up: self.warm_up,
            measured: self.measured,
        };
        let watch = async {
            tokio::time::sleep(self.warm_up).await;
            let before = (cpu_seconds(server)?, cpu_seconds(std::process::id())?);
            tokio::time::sleep(self.measured).await;
            let after = (cpu_seconds(server)?, cpu_seconds(std::process::id())?);
            let seconds = self.measured.as_secs_f64();
            anyhow::Ok(((after.0 - before.0) / seconds, (after.1 - before.1) / seconds))
        };
        let (outcome, cpu) = tokio::join!(load::run(to, requests, CONNECTIONS, until), watch);
        let (outcome, (server_cpu, own_cpu)) = (outcome?, cpu?);
        ensure!(
            !outcome.micros.is_empty(),
            "nothing was accepted in {:?}",
            self.measured
        );
        Ok(Round {
            per_second: float(outcome.micros.len()) / self.measured.as_secs_f64(),
            memory: resident_bytes(server)?,
            outcome,
            server_cpu,
            own_cpu,
        })
    }
}

fn row<'a>(what: &str, rounds: &'a [Round], bare: impl Iterator<Item = &'a Round>) -> Vec<String> {
    let spread = |digits, of: &dyn Fn(&Round) -> f64| Spread::of(rounds.iter().map(of), digits).to_string();
    let ratios = rounds
        .iter()
        .zip(bare)
        .map(|(own, bare)| own.per_second / bare.per_second);
    let refused: usize = rounds.iter().map(|round| round.outcome.refused).sum();
    vec![
        what.to_owned(),
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

//! The load generator: raw connections on one thread, in a closed loop or at a pace, every request prebuilt.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::http1::Connection;
use crate::payload::Requests;
use crate::spread::float;

/// How long to go on.
#[derive(Clone, Copy)]
pub enum Until {
    /// Every request was sent once.
    Sent,
    /// Every request was sent once, each at its time, whether the one before it was answered or not. What it took
    /// counts from then on.
    Paced {
        /// Requests a second.
        per_second: u32,
    },
    /// Time is up: first a warm-up that does not count, then the time that does.
    Elapsed {
        /// Not counted.
        warm_up: Duration,
        /// Counted.
        measured: Duration,
    },
}

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    /// Answered with 200, warm-up included.
    pub accepted: usize,
    /// Answered otherwise or not at all, warm-up included.
    pub refused: usize,
    /// Microseconds that each accepted one of the measured time took, sorted.
    pub micros: Vec<u32>,
    /// Distinct requests ran out and were sent again.
    pub repeated: bool,
}

/// Runs the load on a thread of its own.
pub async fn run(
    to: &[SocketAddr],
    requests: &Arc<Requests>,
    connections: usize,
    until: Until,
) -> anyhow::Result<Outcome> {
    let (to, requests) = (to.to_vec(), Arc::clone(requests));
    tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(all(to, requests, connections, until))
    })
    .await?
}

async fn all(
    to: Vec<SocketAddr>,
    requests: Arc<Requests>,
    connections: usize,
    until: Until,
) -> anyhow::Result<Outcome> {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut running = JoinSet::new();
    for to in to.into_iter().cycle().take(connections) {
        let client = Client {
            connection: Connection::open(to).await?,
            requests: Arc::clone(&requests),
            next: Arc::clone(&next),
            to,
        };
        running.spawn(client.run(began, until));
    }
    let mut sum = Outcome::default();
    while let Some(outcome) = running.join_next().await {
        let mut outcome = outcome?;
        sum.accepted += outcome.accepted;
        sum.refused += outcome.refused;
        sum.micros.append(&mut outcome.micros);
    }
    sum.micros.sort_unstable();
    sum.repeated = matches!(until, Until::Elapsed { .. }) && next.load(Ordering::Relaxed) > requests.len();
    Ok(sum)
}

struct Client {
    connection: Connection,
    requests: Arc<Requests>,
    next: Arc<AtomicUsize>,
    to: SocketAddr,
}

impl Client {
    async fn run(mut self, began: Instant, until: Until) -> Outcome {
        let mut outcome = Outcome::default();
        loop {
            let nth = self.next.fetch_add(1, Ordering::Relaxed);
            let mut start = Instant::now();
            let counts = match until {
                Until::Sent | Until::Paced { .. } if nth >= self.requests.len() => return outcome,
                Until::Sent => true,
                Until::Paced { per_second } => {
                    start = began + Duration::from_secs_f64(float(nth) / f64::from(per_second));
                    tokio::time::sleep_until(start.into()).await;
                    true
                }
                Until::Elapsed { warm_up, measured } => {
                    let elapsed = start - began;
                    if elapsed >= warm_up + measured {
                        return outcome;
                    }
                    elapsed >= warm_up
                }
            };
            let Some(request) = self.requests.get(nth % self.requests.len()) else {
                return outcome;
            };
            match self.connection.ask(request).await {
                Ok(200) => {
                    outcome.accepted += 1;
                    if counts {
                        let took = start.elapsed().as_micros();
                        outcome.micros.push(u32::try_from(took).unwrap_or(u32::MAX));
                    }
                }
                Ok(_) => outcome.refused += 1,
                Err(_) => {
                    outcome.refused += 1;
                    match Connection::open(self.to).await {
                        Ok(connection) => self.connection = connection,
                        Err(_) => return outcome,
                    }
                }
            }
        }
    }
}

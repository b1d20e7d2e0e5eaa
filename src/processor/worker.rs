//! The loop: up to so many lanes at once, woken by a bell or a tick.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::memory::Memory;
use super::{lane, probe, replay};
use crate::connect::Keyring;
use crate::domain::WorkerId;
use crate::graph::Graph;
use crate::ingest::Bells;
use crate::store::{Store, StoreError};

/// Lanes that one process works on at once.
const LANES: usize = 64;
/// Between two looks at lanes that nobody could claim.
const SHORTEST_NAP: Duration = Duration::from_millis(5);
/// How long a lane is held before another process may take it; every settlement holds it for as long again.
pub(super) const LEASE: Duration = Duration::from_mins(1);

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worked {
    /// Nothing is due.
    Nothing,
    /// A slice of a lane.
    Slice,
}

/// Works on lanes. Cheap to clone; clones share what they remember.
#[derive(Clone)]
pub struct Processor(pub(super) Arc<Parts>);

pub(super) struct Parts {
    pub(super) store: Store,
    pub(super) graph: Graph,
    pub(super) keyring: Keyring,
    pub(super) bells: Bells,
    pub(super) memory: Memory,
    pub(super) stop: CancellationToken,
    holder: WorkerId,
}

impl Processor {
    /// A processor that stops when `stop` is cancelled.
    pub fn new(store: Store, graph: Graph, keyring: Keyring, bells: Bells, stop: CancellationToken) -> Self {
        let holder = WorkerId::at(store.clock().now());
        Self(Arc::new(Parts {
            store,
            graph,
            keyring,
            bells,
            memory: Memory::new(),
            stop,
            holder,
        }))
    }

    /// Works until told to stop, then finishes what it holds.
    pub async fn run(self) {
        let (mut lanes, mut chores) = (JoinSet::new(), JoinSet::new());
        if let Err(error) = self.0.store.free_lanes().await {
            // They are taken over when their leases end.
            tracing::error!(
                error = &error as &dyn Error,
                "could not free the lanes of the last process"
            );
        }
        while !self.0.stop.is_cancelled() {
            while let Some(ended) = lanes.try_join_next() {
                report(ended);
            }
            let mut nap = Duration::MAX;
            if lanes.len() < LANES {
                match self.0.store.claim_lane(self.0.holder, LEASE).await {
                    Ok(Some(lane)) => {
                        lanes.spawn(lane::process(self.clone(), lane));
                        continue;
                    }
                    Ok(None) => {
                        self.begin_chores(&mut chores);
                        nap = self.until_next_ticket().await;
                    }
                    Err(error) => {
                        tracing::error!(error = &error as &dyn Error, "could not claim a lane");
                    }
                }
            }
            tokio::select! {
                () = self.0.bells.lanes(nap) => {}
                Some(ended) = lanes.join_next() => report(ended),
                () = self.0.stop.cancelled() => {}
            }
        }
        while let Some(ended) = lanes.join_next().await {
            report(ended);
        }
        while chores.join_next().await.is_some() {}
    }

    /// How long until a lane is due, if one will be.
    async fn until_next_ticket(&self) -> Duration {
        let store = &self.0.store;
        // What fails here fails again at the next tick, and is told then.
        let ticket = store.next_ticket().await.ok().flatten();
        ticket.map_or(Duration::MAX, |due| {
            due.since(store.clock().now()).max(SHORTEST_NAP)
        })
    }

    /// Works on one lane, if one is due: the step of the loop.
    pub async fn process_next_lane(&self) -> Result<Worked, StoreError> {
        match self.0.store.claim_lane(self.0.holder, LEASE).await? {
            Some(lane) => lane::process(self.clone(), lane).await.map(|()| Worked::Slice),
            None => Ok(Worked::Nothing),
        }
    }

    /// A slice of a replay and the probes that are due: what is done when no lane is. Tells whether lanes have work
    /// from it.
    pub async fn process_chores(&self) -> Result<Worked, StoreError> {
        let probed = probe::run_due(&self.0).await?;
        let replayed = replay::step(&self.0.store, &self.0.bells).await?;
        Ok(if probed == Worked::Slice { probed } else { replayed })
    }

    /// Beside the lanes: a probe that Meta leaves unanswered must not hold up anybody's events.
    fn begin_chores(&self, chores: &mut JoinSet<()>) {
        while chores.try_join_next().is_some() {}
        if chores.is_empty() {
            let processor = self.clone();
            chores.spawn(async move {
                if let Err(error) = processor.process_chores().await {
                    tracing::error!(error = &error as &dyn Error, "could not probe or replay");
                }
            });
        }
    }
}

fn report(ended: Result<Result<(), StoreError>, tokio::task::JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(StoreError::LeaseLost)) => tracing::info!("a lane was taken over by another process"),
        Ok(Err(error)) => {
            tracing::error!(
                error = &error as &dyn Error,
                "could not work on a lane; its lease will end"
            );
        }
        Err(error) => tracing::error!(
            error = &error as &dyn Error,
            "work on a lane broke off; its lease will end"
        ),
    }
}

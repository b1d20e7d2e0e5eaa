//! The ledger: one writer that commits together whatever came while the last commit ran.
//!
//! No timer: under load the group grows by itself, alone a delivery is committed at once. Nobody is
//! answered before the commit is durable.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::Bells;
use super::desk::{self, Asker, Kept};
use crate::store::{Append, Store, StoreError};

/// Most deliveries in one commit.
const GROUP_ROWS: usize = 256;
/// Most bytes in one commit, but for a single larger delivery.
const GROUP_BYTES: usize = 16 * 1024 * 1024;
/// Most bytes that wait for a commit; beyond it the answer is "overloaded".
const QUEUE_BYTES: usize = 64 * 1024 * 1024;
/// What a waiting delivery costs beside its body.
const ROW_BYTES: usize = 1024;
/// A ledger that could not commit tries again by itself this often: whoever balances by readiness sends no delivery to try with.
const PROBED_EVERY: Duration = Duration::from_secs(1);

/// Why a delivery was not kept. Meta sends it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Too many bytes wait already.
    #[error("the ledger's queue is full")]
    Full,
    /// The commit took too long; the delivery may have been kept all the same.
    #[error("the ledger did not commit in time")]
    TooSlow,
    /// The database refused or failed.
    #[error("the ledger's database is not available")]
    Unavailable,
}

/// A delivery that is not kept yet.
pub(super) struct Waiting {
    pub(super) append: Append,
    pub(super) asker: Asker,
    pub(super) room: OwnedSemaphorePermit,
}

/// Where deliveries queue for the writer; a [`Desk`](super::Desk) takes them. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    queue: mpsc::UnboundedSender<Waiting>,
    room: Arc<Semaphore>,
    healthy: Arc<AtomicBool>,
}

/// The one writer behind a [`Ledger`]; to be run as a task.
pub struct LedgerWriter {
    queue: mpsc::UnboundedReceiver<Waiting>,
    store: Store,
    bells: Bells,
    healthy: Arc<AtomicBool>,
}

impl Ledger {
    /// A ledger and its writer.
    pub fn new(store: Store, bells: Bells) -> (Self, LedgerWriter) {
        let (give, take) = mpsc::unbounded_channel();
        let healthy = Arc::new(AtomicBool::new(true));
        let ledger = Self {
            queue: give,
            room: Arc::new(Semaphore::new(QUEUE_BYTES)),
            healthy: healthy.clone(),
        };
        (
            ledger,
            LedgerWriter {
                queue: take,
                store,
                bells,
                healthy,
            },
        )
    }

    /// Room for a delivery among those that wait.
    pub(super) fn room_for(&self, append: &Append) -> Result<OwnedSemaphorePermit, LedgerError> {
        let bytes = u32::try_from(append.body.len() + ROW_BYTES).map_err(|_| LedgerError::Full)?;
        let room = self.room.clone().try_acquire_many_owned(bytes);
        room.map_err(|_| LedgerError::Full)
    }

    pub(super) fn queue(&self, waiting: Waiting) -> Result<(), LedgerError> {
        self.queue.send(waiting).map_err(|_| LedgerError::Unavailable)
    }

    /// True while the last commit went well and there is room: what readiness asks.
    pub fn accepts(&self) -> bool {
        self.healthy.load(Ordering::Relaxed) && self.room.available_permits() > 0
    }
}

impl LedgerWriter {
    /// Commits until told to stop and nobody waits any more.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut group = Vec::with_capacity(GROUP_ROWS);
        loop {
            tokio::select! {
                biased;
                taken = self.queue.recv_many(&mut group, GROUP_ROWS) => if taken == 0 { return },
                () = stop.cancelled(), if !self.queue.is_closed() => self.queue.close(),
                () = tokio::time::sleep(PROBED_EVERY), if !self.healthy.load(Ordering::Relaxed) => self.probe().await,
            }
            #[cfg(feature = "faults-for-tests")]
            if crate::config::is_sabotaged_by("ack-before-commit") {
                tokio::time::sleep(desk::EARLY).await;
            }
            if !self.store.is_embedded() {
                self.let_others_go_first(&mut group);
            }
            while !group.is_empty() {
                let rows = rows_within(&group, GROUP_BYTES);
                self.commit(group.drain(..rows).collect()).await;
            }
        }
    }

    /// Lets whoever waits for this core have it, and takes along what came meanwhile: where several processes commit to
    /// one server on few cores, each of their groups is small and the server's work for each of them is the same. An
    /// idle core loses no time by it.
    fn let_others_go_first(&mut self, group: &mut Vec<Waiting>) {
        std::thread::yield_now();
        while group.len() < GROUP_ROWS
            && let Ok(waiting) = self.queue.try_recv()
        {
            group.push(waiting);
        }
    }

    async fn probe(&self) {
        if self.store.probe().await.is_ok() {
            tracing::info!("deliveries can be kept again");
            self.healthy.store(true, Ordering::Relaxed);
        }
    }

    async fn commit(&self, group: Vec<Waiting>) {
        let began = Instant::now();
        let (appends, askers): (Vec<_>, Vec<_>) = group
            .into_iter()
            .map(|waiting| (waiting.append, (waiting.asker, waiting.room)))
            .unzip();
        let results = self.keep(&appends).await;
        let any_kept = results.iter().any(Result::is_ok);
        let askers = askers.into_iter().map(|(asker, _room)| asker);
        desk::answer(askers.zip(results));
        if any_kept {
            self.bells.ring_deliveries();
        }
        metrics::histogram!("belino_ledger_commit_seconds").record(began.elapsed().as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "a group has at most 256 rows")]
        metrics::histogram!("belino_ledger_commit_deliveries").record(appends.len() as f64);
    }

    /// One answer for each append. A row that the database refuses is found by halves: its neighbours are kept.
    async fn keep(&self, appends: &[Append]) -> Vec<Kept> {
        let mut results = vec![Ok(()); appends.len()];
        let mut parts = Vec::new();
        parts.push(0..appends.len());
        while let Some(part) = parts.pop() {
            let rows = appends.get(part.clone()).expect("parts lie within the group");
            let kept = self.store.append(rows).await;
            self.healthy.store(
                !matches!(kept, Err(StoreError::Unavailable(_))),
                Ordering::Relaxed,
            );
            match kept {
                Ok(()) => {}
                Err(StoreError::Data(_)) if part.len() > 1 => {
                    let middle = part.start + part.len() / 2;
                    parts.push(middle..part.end);
                    parts.push(part.start..middle);
                }
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        ledger.rows = part.len(),
                        "could not keep deliveries; Meta will send them again"
                    );
                    results
                        .get_mut(part)
                        .expect("parts lie within the group")
                        .fill(Err(LedgerError::Unavailable));
                }
            }
        }
        results
    }
}

/// How many of the first rows fit into `limit` bytes; at least one.
fn rows_within(group: &[Waiting], limit: usize) -> usize {
    let mut bytes = 0;
    let fit = group.iter().take_while(|waiting| {
        bytes += waiting.append.body.len();
        bytes <= limit
    });
    fit.count().max(1)
}

//! What was refused goes to the quarantine beside the hot path: best effort, never awaited.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::store::{Quarantined, Store};

/// Most refused deliveries that wait to be written; the rest is only counted.
const QUEUE: usize = 64;
/// Most rows in one write.
const BATCH: usize = 32;
/// A pause after each write bounds the rate: a flood of forgeries must not cost honest traffic its writer.
const PAUSE: Duration = Duration::from_millis(250);

/// Takes refused deliveries. Cheap to clone.
#[derive(Clone)]
pub struct Quarantine {
    queue: mpsc::Sender<Quarantined>,
    dropped: Arc<AtomicU64>,
}

/// The writer behind a [`Quarantine`]; to be run as a task.
pub struct QuarantineWriter {
    queue: mpsc::Receiver<Quarantined>,
    store: Store,
}

impl Quarantine {
    /// A quarantine and its writer.
    pub fn new(store: Store) -> (Self, QuarantineWriter) {
        let (give, take) = mpsc::channel(QUEUE);
        (
            Self {
                queue: give,
                dropped: Arc::default(),
            },
            QuarantineWriter { queue: take, store },
        )
    }

    /// Keeps a refused delivery if there is room, else counts it.
    pub fn offer(&self, refused: Quarantined) {
        if self.queue.try_send(refused).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            metrics::counter!("belino_quarantine_dropped_total").increment(1);
        }
    }

    /// Refused deliveries of this process that were not kept.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl QuarantineWriter {
    /// Writes until told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            let taken = tokio::select! {
                () = stop.cancelled() => return,
                taken = self.write_next() => taken,
            };
            if !taken {
                return;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Waits for refused deliveries and writes them; false when there is nobody left who could send any.
    pub async fn write_next(&mut self) -> bool {
        let mut batch = Vec::new();
        if self.queue.recv_many(&mut batch, BATCH).await == 0 {
            return false;
        }
        if let Err(error) = self.store.quarantine(batch).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "could not write to the quarantine"
            );
        }
        true
    }
}

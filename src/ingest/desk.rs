//! Where a thread waits for the ledger's answers: they come in one parcel a commit.
//!
//! To wake a task on another thread is a system call. One for each delivery cost as much as keeping it, so a
//! commit wakes each thread once, and the thread wakes its own tasks.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::ledger::{Ledger, LedgerError, Waiting};
use crate::store::Append;

/// Longer than this nobody waits: Meta redelivers.
const PATIENCE: Duration = Duration::from_secs(4);

/// With `ack-before-commit` ordered a commit comes so much after its answers: whoever kills the process meets that
/// moment, however fast the disk is.
#[cfg(feature = "faults-for-tests")]
pub(super) const EARLY: Duration = Duration::from_millis(50);

/// What became of a delivery.
pub(super) type Kept = Result<(), LedgerError>;

/// Where one delivery's answer is awaited.
pub(super) struct Asker {
    answer: oneshot::Sender<Kept>,
    desk: mpsc::UnboundedSender<Parcel>,
}

type Parcel = Vec<(oneshot::Sender<Kept>, Kept)>;

/// Takes deliveries of one thread.
pub struct Desk {
    ledger: Ledger,
    parcels: mpsc::UnboundedSender<Parcel>,
}

impl Desk {
    /// A desk, and what hands its answers out; to be spawned on the thread that waits for them.
    pub fn new(ledger: Ledger) -> (Self, impl Future<Output = ()> + Send) {
        // Never more inside than deliveries that wait here, and the server bounds those.
        let (parcels, mut arrived) = mpsc::unbounded_channel::<Parcel>();
        let hand_out = async move {
            while let Some(parcel) = arrived.recv().await {
                for (asker, kept) in parcel {
                    // Whoever gave up waiting gets the redelivery's answer.
                    let _ = asker.send(kept);
                }
            }
        };
        (Self { ledger, parcels }, hand_out)
    }

    /// Keeps a delivery. When this returns `Ok` it is durable.
    pub async fn append(&self, append: Append) -> Kept {
        let room = self.ledger.room_for(&append)?;
        let (answer, answered) = oneshot::channel();
        let asker = Asker {
            answer,
            desk: self.parcels.clone(),
        };
        self.ledger.queue(Waiting { append, asker, room })?;
        #[cfg(feature = "faults-for-tests")]
        if crate::config::is_sabotaged_by("ack-before-commit") {
            return Ok(());
        }
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(kept)) => kept,
            Ok(Err(_)) => Err(LedgerError::Unavailable),
            Err(_) => Err(LedgerError::TooSlow),
        }
    }
}

/// Sends each desk its answers.
pub(super) fn answer(answers: impl Iterator<Item = (Asker, Kept)>) {
    let mut parcels: Vec<(mpsc::UnboundedSender<Parcel>, Parcel)> = Vec::new();
    for (Asker { answer, desk }, kept) in answers {
        match parcels.iter_mut().find(|(at, _)| at.same_channel(&desk)) {
            Some((_, parcel)) => parcel.push((answer, kept)),
            None => parcels.push((desk, vec![(answer, kept)])),
        }
    }
    for (desk, parcel) in parcels {
        // A desk that is gone has nobody who waits.
        let _ = desk.send(parcel);
    }
}

//! SQLite's one writer, and the two queues before it.
//!
//! The ledger goes first: deliveries are waiting for their answer. So that a flood cannot hold up
//! processing for ever, other work gets a turn once it has waited [`PATIENCE`]; but never two such turns
//! in a row, so that a flood of other work cannot hold up the ledger either.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnection;
use tokio::sync::oneshot;

/// How long other work yields to the ledger before it gets a turn of its own.
pub(super) const PATIENCE: Duration = Duration::from_millis(25);

/// Whose turn it is to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Appends of deliveries, before everything else.
    Ledger,
    /// Everything else.
    Other,
}

/// Hands the writing connection to one at a time.
#[derive(Clone)]
pub(super) struct Gate(Arc<Mutex<Queues>>);

struct Queues {
    /// `None` while somebody has it.
    writer: Option<Writer>,
    ledger: VecDeque<oneshot::Sender<Pass>>,
    other: VecDeque<(Instant, oneshot::Sender<Pass>)>,
    /// For how long other work lets the ledger go first.
    patience: Duration,
    /// The last turn was given to other work before the ledger.
    yielded: bool,
}

/// The writing connection; `None` inside after it was found broken, to be opened again.
pub(super) struct Writer {
    pub(super) connection: Option<SqliteConnection>,
    /// A transaction may still be open: its holder went away in the middle.
    pub(super) unfinished: bool,
}

/// The right to write, given back when dropped.
pub(super) struct Pass {
    writer: Option<Writer>,
    gate: Gate,
}

impl Gate {
    pub(super) fn new(connection: SqliteConnection, patience: Duration) -> Self {
        let writer = Some(Writer {
            connection: Some(connection),
            unfinished: false,
        });
        Self(Arc::new(Mutex::new(Queues {
            writer,
            ledger: VecDeque::new(),
            other: VecDeque::new(),
            patience,
            yielded: false,
        })))
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the writer. The caller bounds how many wait.
    pub(super) async fn enter(&self, turn: Turn) -> Pass {
        let wait = {
            let mut queues = self.queues();
            if let Some(writer) = queues.writer.take() {
                return Pass {
                    writer: Some(writer),
                    gate: self.clone(),
                };
            }
            let (give, wait) = oneshot::channel();
            match turn {
                Turn::Ledger => queues.ledger.push_back(give),
                Turn::Other => queues.other.push_back((Instant::now(), give)),
            }
            wait
        };
        wait.await
            .expect("the gate outlives those who wait, and passes are never lost")
    }

    fn hand_on(&self, mut writer: Writer) {
        loop {
            let next = {
                let mut queues = self.queues();
                let Some(next) = queues.next(Instant::now()) else {
                    queues.writer = Some(writer);
                    return;
                };
                next
            };
            // Whoever stopped waiting gives the pass back unused; it must not re-enter from its drop.
            match next.send(Pass {
                writer: Some(writer),
                gate: self.clone(),
            }) {
                Ok(()) => return,
                Err(mut unused) => writer = unused.writer.take().expect("an unsent pass has its writer"),
            }
        }
    }
}

impl Queues {
    fn next(&mut self, now: Instant) -> Option<oneshot::Sender<Pass>> {
        let impatient = self
            .other
            .front()
            .is_some_and(|(since, _)| now.duration_since(*since) >= self.patience);
        let yields = impatient && !self.yielded && !self.ledger.is_empty();
        if !yields && let Some(next) = self.ledger.pop_front() {
            self.yielded = false;
            return Some(next);
        }
        self.yielded = yields;
        self.other.pop_front().map(|(_, next)| next)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            self.gate.hand_on(writer);
        }
    }
}

impl Deref for Pass {
    type Target = Writer;

    fn deref(&self) -> &Writer {
        self.writer
            .as_ref()
            .expect("a pass has its writer until it is dropped")
    }
}

impl DerefMut for Pass {
    fn deref_mut(&mut self) -> &mut Writer {
        self.writer
            .as_mut()
            .expect("a pass has its writer until it is dropped")
    }
}

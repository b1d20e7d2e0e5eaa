//! SQLite's one writer, and the way to it.
//!
//! The ledger goes first: deliveries are waiting for their answer. It comes back a moment after each turn, with
//! whatever arrived meanwhile, so that "nobody from the ledger is here right now" does not mean that it has
//! nothing to write. So other work, one at a time, waits until the ledger rests or has had its share; and the more
//! deliveries wait for the ledger, the larger that is.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnection;
use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, oneshot};

use super::damage::Damage;

/// Longer than this other work does not make way for the ledger.
pub(super) const PATIENCE: Duration = Duration::from_millis(25);
/// While deliveries crowd, the ledger has the writer so many times as long as other work just had it.
const SHARE: u32 = 3;
/// So many deliveries in one turn of the ledger are a crowd; for fewer its share is smaller in proportion.
const CROWD: u32 = 32;
/// The ledger rests when it has not written for so long.
const REST: Duration = Duration::from_millis(2);

/// Whose turn it is to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Appends of so many deliveries, before everything else.
    Ledger(usize),
    /// Everything else.
    Other,
}

/// Hands the writing connection to one at a time.
#[derive(Clone)]
pub(super) struct Gate {
    queues: Arc<Mutex<Queues>>,
    /// Whoever holds this is the one of other work that is at the gate; it knows that work's last turn.
    others: Arc<tokio::sync::Mutex<LastTurn>>,
    /// For how long other work lets the ledger go first, at most.
    patience: Duration,
}

struct Queues {
    /// `None` while somebody has it.
    writer: Option<Writer>,
    ledger: VecDeque<(usize, oneshot::Sender<Pass>)>,
    other: VecDeque<oneshot::Sender<Pass>>,
    /// The ledger has the writer.
    ledger_writes: bool,
    /// When the ledger's last turn ended; at first when the gate was made.
    ledger_left: Instant,
    /// The most deliveries in one turn of the ledger, since other work's last turn began and since the one before.
    crowds: [usize; 2],
}

/// The last turn of other work.
#[derive(Default)]
struct LastTurn {
    ended: Option<Instant>,
    took: Duration,
}

/// The writing connection; `None` inside after it was found broken, to be opened again.
pub(super) struct Writer {
    pub(super) connection: Option<SqliteConnection>,
    /// A transaction may still be open: its holder went away in the middle.
    pub(super) unfinished: bool,
    pub(super) damage: Damage,
}

impl Writer {
    /// Rolls back what its holder left open.
    pub(super) async fn end(&mut self) {
        if let Some(connection) = &mut self.connection {
            // Fails where none is open: SQLite has rolled back by itself, as after a full disk, or could not begin,
            // as on a file that was read-only when it was opened. To such a connection it would be so for ever.
            if sqlx::query("ROLLBACK").execute(connection).await.is_err() {
                self.connection = None;
            }
        }
        self.unfinished = false;
    }

    /// The connection, and where damage that it meets is noted.
    pub(super) fn parts(&mut self) -> (&mut SqliteConnection, &Damage) {
        let connection = self.connection.as_mut();
        (
            connection.expect("a pass that was mended has its connection"),
            &self.damage,
        )
    }
}

/// The right to write, given back when dropped.
pub(super) struct Pass {
    writer: Option<Writer>,
    gate: Gate,
    began: Instant,
    /// Of other work: its place at the gate.
    place: Option<OwnedMutexGuard<LastTurn>>,
}

impl Gate {
    pub(super) fn new(connection: SqliteConnection, damage: Damage, patience: Duration) -> Self {
        let writer = Some(Writer {
            connection: Some(connection),
            unfinished: false,
            damage,
        });
        let queues = Queues {
            writer,
            ledger: VecDeque::new(),
            other: VecDeque::new(),
            ledger_writes: false,
            ledger_left: Instant::now(),
            crowds: [0; 2],
        };
        Self {
            queues: Arc::new(Mutex::new(queues)),
            others: Arc::default(),
            patience,
        }
    }

    /// How many deliveries the ledger wrote in one turn lately; none if it has nothing to write, and is not about to.
    pub(super) fn crowd(&self) -> usize {
        let queues = self.queues();
        let rests = queues.ledger_rests().is_some_and(|since| since <= Instant::now());
        if rests {
            0
        } else {
            queues.crowds[0].max(queues.crowds[1])
        }
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the writer. The caller bounds how many wait.
    pub(super) async fn enter(&self, turn: Turn) -> Pass {
        let place = match turn {
            Turn::Ledger(_) => None,
            Turn::Other => Some(self.make_way().await),
        };
        let wait = {
            let mut queues = self.queues();
            if let Some(writer) = queues.writer.take() {
                queues.begin(turn);
                return self.pass(writer, place);
            }
            let (give, wait) = oneshot::channel();
            match turn {
                Turn::Ledger(deliveries) => queues.ledger.push_back((deliveries, give)),
                Turn::Other => queues.other.push_back(give),
            }
            wait
        };
        let mut pass = wait
            .await
            .expect("the gate outlives those who wait, and passes are never lost");
        pass.place = place;
        pass
    }

    /// Takes other work's place at the gate, once the ledger rests or has had its share since the last turn.
    async fn make_way(&self) -> OwnedMutexGuard<LastTurn> {
        let last = self.others.clone().lock_owned().await;
        let Some(ended) = last.ended else { return last };
        loop {
            let (now, (rests, crowd)) = (Instant::now(), {
                let queues = self.queues();
                (queues.ledger_rests(), queues.crowds[0])
            });
            let due = ended + self.patience.min(share(last.took, crowd));
            if due <= now || rests.is_some_and(|rests| rests <= now) {
                return last;
            }
            let until = rests.map_or(due, |rests| rests.min(due));
            tokio::time::sleep_until(until.into()).await;
        }
    }

    fn pass(&self, writer: Writer, place: Option<OwnedMutexGuard<LastTurn>>) -> Pass {
        Pass {
            writer: Some(writer),
            gate: self.clone(),
            began: Instant::now(),
            place,
        }
    }

    /// Ends what its holder left open before anybody else gets it: until then no other process could write. A task
    /// does so, and nothing waits for it but those at the gate; without a runtime it is done at the next turn.
    fn end(&self, writer: Writer) {
        let mut left = Left {
            writer: Some(writer),
            gate: self.clone(),
        };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if let Some(writer) = &mut left.writer {
                    writer.end().await;
                }
            });
        }
    }

    fn hand_on(&self, mut writer: Writer) {
        loop {
            let next = {
                let mut queues = self.queues();
                let Some(next) = queues.next() else {
                    queues.writer = Some(writer);
                    return;
                };
                next
            };
            // Whoever stopped waiting gives the pass back unused; it must not re-enter from its drop.
            match next.send(self.pass(writer, None)) {
                Ok(()) => return,
                Err(mut unused) => writer = unused.writer.take().expect("an unsent pass has its writer"),
            }
        }
    }
}

/// The writer between a holder who went away and the next: handed on when dropped, wherever that is.
struct Left {
    writer: Option<Writer>,
    gate: Gate,
}

impl Drop for Left {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            self.gate.hand_on(writer);
        }
    }
}

impl Queues {
    /// Other work has made way already: it is one at most, and it is due.
    fn next(&mut self) -> Option<oneshot::Sender<Pass>> {
        if std::mem::take(&mut self.ledger_writes) {
            self.ledger_left = Instant::now();
        }
        let other = self.other.pop_front().map(|next| (Turn::Other, next));
        let (turn, next) = other.or_else(|| {
            let (deliveries, next) = self.ledger.pop_front()?;
            Some((Turn::Ledger(deliveries), next))
        })?;
        self.begin(turn);
        Some(next)
    }

    fn begin(&mut self, turn: Turn) {
        match turn {
            Turn::Ledger(deliveries) => {
                self.ledger_writes = true;
                self.crowds[0] = self.crowds[0].max(deliveries);
            }
            Turn::Other => self.crowds = [0, self.crowds[0]],
        }
    }

    /// Since when the ledger rests, or when it will if it does not come back; `None` while it is here.
    fn ledger_rests(&self) -> Option<Instant> {
        let here = self.ledger_writes || !self.ledger.is_empty();
        (!here).then(|| self.ledger_left + REST)
    }
}

/// How long the ledger goes first after other work's turn that took so long.
pub(super) fn share(took: Duration, crowd: usize) -> Duration {
    let parts = u32::try_from(crowd).map_or(CROWD, |crowd| crowd.min(CROWD));
    took.saturating_mul(SHARE * parts) / CROWD
}

impl Drop for Pass {
    fn drop(&mut self) {
        match self.writer.take() {
            Some(writer) if writer.unfinished => self.gate.end(writer),
            Some(writer) => self.gate.hand_on(writer),
            None => {}
        }
        if let Some(last) = &mut self.place {
            let now = Instant::now();
            last.took = now - self.began;
            metrics::histogram!("belino_store_turn_seconds").record(last.took.as_secs_f64());
            last.ended = Some(now);
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

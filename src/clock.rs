//! The only source of time: the system's clock, or one that a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::Timestamp;

/// Tells the time. Cheap to clone; clones share its hands, and by how much it is put right.
#[derive(Clone, Debug)]
pub struct Clock {
    hands: Hands,
    /// Microseconds by which it goes before its hands, so that it shows what the others show.
    put_right: Arc<AtomicI64>,
}

#[derive(Clone, Debug)]
enum Hands {
    System,
    /// The machine's, which is wrong by so many microseconds; and it is so much later, everywhere.
    Machine {
        beside: Arc<AtomicI64>,
        later: Arc<AtomicI64>,
    },
    /// Where the hands stand, and by how much this clock is wrong.
    Manual(Arc<AtomicI64>, Arc<AtomicI64>),
}

impl From<Hands> for Clock {
    fn from(hands: Hands) -> Self {
        let put_right = Arc::default();
        Self { hands, put_right }
    }
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Hands::System.into()
    }

    /// The machine's own clock, until it is put beside it, or time is moved: everybody's, so that no other clock is beside
    /// this one.
    pub fn movable() -> Self {
        let (beside, later) = (Arc::default(), Arc::default());
        Hands::Machine { beside, later }.into()
    }

    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Hands::Manual(Arc::new(AtomicI64::new(start.micros())), Arc::default()).into()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        let hands = match &self.hands {
            Hands::System => system(),
            Hands::Machine { later, .. } => {
                Timestamp::from_micros(self.unmoved().micros() + later.load(Ordering::SeqCst))
            }
            Hands::Manual(at, error) => {
                Timestamp::from_micros(at.load(Ordering::SeqCst) + error.load(Ordering::SeqCst))
            }
        };
        Timestamp::from_micros(
            hands
                .micros()
                .saturating_add(self.put_right.load(Ordering::Relaxed)),
        )
    }

    /// What this machine shows, to be compared with another machine's clock: nobody moves that one, so what a
    /// manual clock or time itself was moved by is left out, and an error is kept.
    pub fn unmoved(&self) -> Timestamp {
        match &self.hands {
            Hands::System => system(),
            Hands::Machine { beside: error, .. } | Hands::Manual(_, error) => {
                Timestamp::from_micros(system().micros() + error.load(Ordering::SeqCst))
            }
        }
    }

    /// Goes so many microseconds before what this machine shows from now on, or behind.
    pub fn put_right(&self, by: i64) {
        self.put_right.store(by, Ordering::Relaxed);
    }

    /// Another machine's clock, which moves as this one does and may go wrong by itself; the system's clock is
    /// everybody's.
    #[must_use]
    pub fn of_another_machine(&self) -> Self {
        match &self.hands {
            Hands::System => Self::system(),
            Hands::Machine { later, .. } => Hands::Machine {
                beside: Arc::default(),
                later: Arc::clone(later),
            }
            .into(),
            Hands::Manual(at, _) => Hands::Manual(Arc::clone(at), Arc::default()).into(),
        }
    }

    /// Lets a manual clock show so much more, or less, than it should; the system's clock stays as it is.
    pub fn go_wrong(&self, by: SignedDuration) {
        if let Hands::Manual(_, error) = &self.hands {
            error.store(
                i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }

    /// Moves a manual clock on; the system's clock stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Hands::Manual(at, _) = &self.hands {
            at.fetch_add(
                i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }

    /// Puts a movable clock so far beside the machine's, in seconds; others stay as they are.
    pub fn put_beside(&self, seconds: i64) {
        if let Hands::Machine { beside, .. } = &self.hands {
            beside.store(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
        }
    }

    /// Makes it so many seconds later everywhere, for a movable clock; others stay as they are.
    pub fn move_time(&self, seconds: i64) {
        if let Hands::Machine { later, .. } = &self.hands {
            later.store(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
        }
    }

    /// Sets a manual clock, forwards or back, or moves time; the system's clock stays as it is.
    pub fn set(&self, to: Timestamp) {
        match &self.hands {
            Hands::Manual(at, _) => at.store(to.micros(), Ordering::SeqCst),
            Hands::Machine { later, .. } => {
                later.store(to.micros() - self.unmoved().micros(), Ordering::SeqCst);
            }
            Hands::System => {}
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
fn system() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

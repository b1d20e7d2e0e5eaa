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
    /// The machine's, and so many microseconds beside it.
    Beside(Arc<AtomicI64>),
    /// The machine's, and so many microseconds later; it is so much later everywhere.
    Later(Arc<AtomicI64>),
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

    /// The machine's own clock, until it is moved: then it goes on beside it.
    pub fn movable() -> Self {
        Hands::Beside(Arc::default()).into()
    }

    /// The machine's own clock, until time is moved: everybody's, so that no other clock is beside it.
    pub fn of_moved_time() -> Self {
        Hands::Later(Arc::default()).into()
    }

    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Hands::Manual(Arc::new(AtomicI64::new(start.micros())), Arc::default()).into()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        let hands = match &self.hands {
            Hands::System | Hands::Beside(_) => self.unmoved(),
            Hands::Later(by) => Timestamp::from_micros(system().micros() + by.load(Ordering::SeqCst)),
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
            Hands::System | Hands::Later(_) => system(),
            Hands::Beside(by) => Timestamp::from_micros(system().micros() + by.load(Ordering::SeqCst)),
            Hands::Manual(_, error) => {
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
            Hands::System | Hands::Beside(_) => Self::system(),
            Hands::Later(by) => Hands::Later(Arc::clone(by)).into(),
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
        if let Hands::Beside(by) | Hands::Later(by) = &self.hands {
            by.store(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
        }
    }

    /// Sets a manual clock, forwards or back, or moves time; the system's clock stays as it is.
    pub fn set(&self, to: Timestamp) {
        match &self.hands {
            Hands::Manual(at, _) => at.store(to.micros(), Ordering::SeqCst),
            Hands::Later(by) => by.store(to.micros() - system().micros(), Ordering::SeqCst),
            Hands::System | Hands::Beside(_) => {}
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
fn system() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

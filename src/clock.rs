//! The only source of time: the system's clock, or one that a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::Timestamp;

/// Tells the time. Cheap to clone; clones of a manual clock share its hands.
#[derive(Clone, Debug)]
pub struct Clock(Hands);

#[derive(Clone, Debug)]
enum Hands {
    System,
    /// The machine's, and so many microseconds beside it.
    Beside(Arc<AtomicI64>),
    /// Where the hands stand, and by how much this clock is wrong.
    Manual(Arc<AtomicI64>, Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own clock.
    pub const fn system() -> Self {
        Self(Hands::System)
    }

    /// The machine's own clock, until it is moved: then it goes on beside it.
    pub fn movable() -> Self {
        Self(Hands::Beside(Arc::default()))
    }

    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Self(Hands::Manual(
            Arc::new(AtomicI64::new(start.micros())),
            Arc::default(),
        ))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Hands::System => system(),
            Hands::Beside(by) => Timestamp::from_micros(system().micros() + by.load(Ordering::SeqCst)),
            Hands::Manual(at, error) => {
                Timestamp::from_micros(at.load(Ordering::SeqCst) + error.load(Ordering::SeqCst))
            }
        }
    }

    /// What this machine shows, to be compared with another machine's clock: nobody moves that one, so what a
    /// manual clock was moved by is left out, and its error is kept.
    pub fn unmoved(&self) -> Timestamp {
        match &self.0 {
            Hands::System | Hands::Beside(_) => self.now(),
            Hands::Manual(_, error) => {
                Timestamp::from_micros(system().micros() + error.load(Ordering::SeqCst))
            }
        }
    }

    /// Another machine's clock, which moves as this one does and may go wrong by itself; the system's clock is
    /// everybody's.
    #[must_use]
    pub fn of_another_machine(&self) -> Self {
        match &self.0 {
            Hands::System | Hands::Beside(_) => Self::system(),
            Hands::Manual(at, _) => Self(Hands::Manual(Arc::clone(at), Arc::default())),
        }
    }

    /// Lets a manual clock show so much more, or less, than it should; the system's clock stays as it is.
    pub fn go_wrong(&self, by: SignedDuration) {
        if let Hands::Manual(_, error) = &self.0 {
            error.store(
                i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }

    /// Moves a manual clock on; the system's clock stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Hands::Manual(at, _) = &self.0 {
            at.fetch_add(
                i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }

    /// Puts a movable clock so far beside the machine's, in seconds; others stay as they are.
    pub fn put_beside(&self, seconds: i64) {
        if let Hands::Beside(by) = &self.0 {
            by.store(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
        }
    }

    /// Sets a manual clock, forwards or back; the system's clock stays as it is.
    pub fn set(&self, to: Timestamp) {
        if let Hands::Manual(at, _) = &self.0 {
            at.store(to.micros(), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
fn system() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

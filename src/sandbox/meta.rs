//! The whole simulated Meta as one value: the world with its journal, and what surrounds it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::apps::Apps;
use super::budget::Budget;
use super::calls::Calls;
use super::faults::Faults;
use super::journal::{Journal, JournalError};
use super::outbox::Outbox;
use super::world::{Change, World};
use super::{Callback, SandboxConfig, SandboxError, seed};
use crate::clock::Clock;
use crate::domain::{Login, Timestamp};

/// Everything that a request may need.
#[derive(Debug)]
pub(crate) struct Meta {
    pub(crate) clock: Clock,
    pub(crate) seed: u64,
    pub(crate) apps: Apps,
    pub(crate) auto_deliver: bool,
    pub(crate) calls: Calls,
    pub(crate) outbox: Outbox,
    pub(crate) wake: Notify,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    first_callback: Option<Callback>,
    kept: RwLock<Kept>,
    budget: Mutex<Budget>,
    faults: Mutex<Faults>,
    traces: AtomicU64,
}

#[derive(Debug)]
struct Kept {
    world: World,
    journal: Option<Journal>,
    /// Grows with each reset: what was sent for an older world settles nothing in this one.
    epoch: u64,
}

impl Kept {
    fn record(&mut self, changes: Vec<Change>) -> Result<(), JournalError> {
        if let Some(journal) = &mut self.journal {
            journal.append(&changes)?;
        }
        for change in changes {
            self.world.apply(change);
        }
        if let Some(journal) = &mut self.journal {
            journal.condense(&self.world);
        }
        Ok(())
    }
}

impl Meta {
    /// Reads the journal, if there is one, and stands ready.
    pub(crate) fn new(config: SandboxConfig) -> Result<Self, SandboxError> {
        let mut world = World::new(config.seed);
        let journal = config
            .journal
            .as_deref()
            .map(|path| Journal::open(path, |change| world.apply(change)));
        let kept = Kept {
            journal: journal.transpose()?,
            world,
            epoch: 0,
        };
        let meta = Self {
            clock: config.clock,
            seed: config.seed,
            apps: Apps {
                facebook: config.facebook,
                instagram: config.instagram,
            },
            auto_deliver: config.auto_deliver,
            calls: Calls::default(),
            outbox: Outbox::new()?,
            wake: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            first_callback: config.callback,
            kept: RwLock::new(kept),
            budget: Mutex::default(),
            faults: Mutex::new(Faults::new(config.seed)),
            traces: AtomicU64::new(0),
        };
        meta.set_first_callback()?;
        Ok(meta)
    }

    /// The present moment, by the sandbox's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The world, to read. Never held over an await.
    pub(crate) fn world(&self) -> WorldRef<'_> {
        WorldRef(self.kept.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The number of the present world: it changes with a reset.
    pub(crate) fn epoch(&self) -> u64 {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).epoch
    }

    /// Changes the world: `make` says how, seeing the world that the changes will meet. They are in the
    /// journal before anybody can be told.
    pub(crate) fn change<T, E: From<JournalError>>(
        &self,
        make: impl FnOnce(&World) -> Result<(Vec<Change>, T), E>,
    ) -> Result<T, E> {
        let mut kept = self.lock();
        let (changes, outcome) = make(&kept.world)?;
        kept.record(changes)?;
        drop(kept);
        self.wake.notify_one();
        Ok(outcome)
    }

    /// Applies changes that were made for the world of this epoch; for another one, nothing.
    pub(crate) fn change_of_epoch(&self, epoch: u64, changes: Vec<Change>) -> Result<(), JournalError> {
        let mut kept = self.lock();
        if kept.epoch == epoch {
            kept.record(changes)
        } else {
            Ok(())
        }
    }

    /// Takes something out of the world's queue, which is no change of the world.
    pub(crate) fn queue<T>(&self, take: impl FnOnce(&mut World, u64) -> T) -> T {
        let mut kept = self.lock();
        let epoch = kept.epoch;
        take(&mut kept.world, epoch)
    }

    /// Leaves the journal to whoever comes next. To be called when nobody changes the world any more: web workers
    /// that are still on their way out hold this value for a while.
    pub(crate) fn leave_journal(&self) {
        self.lock().journal = None;
    }

    /// Begins a new world, as at the first start.
    pub(crate) fn reset(&self) -> Result<(), JournalError> {
        let mut kept = self.lock();
        if let Some(journal) = &mut kept.journal {
            journal.clear()?;
        }
        kept.world = World::new(self.seed);
        kept.epoch += 1;
        drop(kept);
        self.budget().clear();
        self.faults().cancel(None);
        self.calls.clear();
        self.outbox.clear();
        self.set_first_callback()
    }

    /// The budgets.
    pub(crate) fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The faults on order.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A trace id for an error.
    pub(crate) fn trace(&self) -> String {
        let number = self.traces.fetch_add(1, Ordering::Relaxed).to_string();
        format!("A{}", seed::letters(self.seed, &["trace", &number], 22))
    }

    fn lock(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The callback of the configuration, unless the world knows it already.
    fn set_first_callback(&self) -> Result<(), JournalError> {
        let Some(callback) = &self.first_callback else {
            return Ok(());
        };
        self.change(|world| {
            let wanted = super::world::Destination {
                url: callback.url.clone(),
                verify_token: callback.verify_token.clone(),
                secret: None,
            };
            let missing = Login::ALL
                .into_iter()
                .filter(|login| world.callbacks.get(login) != Some(&wanted));
            let changes = missing.map(|login| Change::Callback {
                login,
                destination: Some(wanted.clone()),
            });
            Ok((changes.collect(), ()))
        })
    }
}

/// The world behind its lock.
pub(crate) struct WorldRef<'a>(RwLockReadGuard<'a, Kept>);

impl std::ops::Deref for WorldRef<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0.world
    }
}

//! The life of the process: spawn, shield, stop, wait.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Signals;

/// Shielded work did not come to its end: it panicked, or the process was cut off.
#[derive(Debug, thiserror::Error)]
#[error("the work was cut off before its end")]
pub struct CutOff;

/// How the process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everyone finished after a signal.
    Clean,
    /// Someone was cut off by a second signal or the end of the grace period.
    Cut,
    /// A task ended by itself; the others were stopped because of it.
    Failed,
}

/// Spawns, stops and waits for everything that runs. Clones share one life.
#[derive(Clone)]
pub struct Lifecycle(Arc<Life>);

struct Life {
    runtime: Handle,
    tasks: TaskTracker,
    stop: CancellationToken,
    cut: CancellationToken,
    failed: AtomicBool,
}

impl Lifecycle {
    /// A life whose tasks run on the present runtime, also when a web worker with a runtime of its own
    /// spawns them: that one ends with its worker, and its tasks with it.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn new() -> Self {
        Self(Arc::new(Life {
            runtime: Handle::current(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            cut: CancellationToken::new(),
            failed: AtomicBool::new(false),
        }))
    }

    /// Is cancelled when it is time to finish.
    pub fn stop_token(&self) -> CancellationToken {
        self.0.stop.clone()
    }

    /// Asks everyone to finish, as the first signal does.
    pub fn stop(&self) {
        self.0.stop.cancel();
    }

    /// Runs a task that lives until the stop token is cancelled.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.track(Arc::clone(&self.0).watch(name, task));
    }

    /// The same on a thread of its own, for a task that is woken all the time: with only itself to run, nobody has to
    /// choose a thread for it. It has timers, and no sockets.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn spawn_apart(
        &self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        let task = self.0.tasks.track_future(Arc::clone(&self.0).watch(name, task));
        let thread = std::thread::Builder::new().name(name.to_owned());
        // The handle is not needed: the tracker waits.
        thread.spawn(move || runtime.block_on(task)).map(drop)
    }

    /// Finishes work even if whoever waits for it goes away, as a request's future does when its
    /// connection breaks: a transaction must not end with a client's patience.
    pub async fn shielded<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, CutOff> {
        let (answer, answered) = oneshot::channel();
        let life = Arc::clone(&self.0);
        self.track(async move {
            if let Some(value) = uncut(&life.cut, work).await {
                // Nobody may be waiting any more; the work is done all the same.
                drop(answer.send(value));
            }
        });
        answered.await.map_err(|_| CutOff)
    }

    /// Waits for a signal or a failed task, then for everyone to finish, at most `grace` long.
    pub async fn run(&self, signals: &mut Signals, grace: Duration) -> Ending {
        tokio::select! {
            () = signals.next() => tracing::info!("stopping: finishing what is under way"),
            () = self.0.stop.cancelled() => {}
        }
        self.0.stop.cancel();
        self.0.tasks.close();
        let cut = tokio::select! {
            () = self.0.tasks.wait() => false,
            () = signals.next() => true,
            () = tokio::time::sleep(grace) => true,
        };
        if cut {
            tracing::warn!(tasks = self.0.tasks.len(), "cutting off what has not finished");
            self.0.cut.cancel();
            self.0.tasks.wait().await;
        }
        match (self.0.failed.load(Ordering::SeqCst), cut) {
            (true, _) => Ending::Failed,
            (false, true) => Ending::Cut,
            (false, false) => Ending::Clean,
        }
    }

    fn track(&self, task: impl Future<Output = ()> + Send + 'static) {
        // The handle is not needed: the tracker waits, and the tokens stop.
        drop(self.0.tasks.spawn_on(task, &self.0.runtime));
    }
}

impl Life {
    async fn watch(self: Arc<Self>, name: &'static str, task: impl Future<Output = ()>) {
        let ended = uncut(&self.cut, task).await;
        if !self.stop.is_cancelled() {
            self.failed.store(true, Ordering::SeqCst);
            self.stop.cancel();
            // Last: nothing that may go wrong with it keeps the process alive without this task.
            tracing::error!(
                task.name = name,
                task.panicked = ended.is_none(),
                "task {name} ended by itself"
            );
        } else if ended.is_none() {
            tracing::warn!(task.name = name, "task {name} was cut off");
        }
    }
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self::new()
    }
}

/// The task's value; none if it panicked (the panic hook has told of it) or was cut off.
async fn uncut<T>(cut: &CancellationToken, task: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        ended = AssertUnwindSafe(task).catch_unwind() => ended.ok(),
        () = cut.cancelled() => None,
    }
}

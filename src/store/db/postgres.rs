//! Postgres: a pool whose connections belong to one runtime, whoever asks.
//!
//! A connection lives by the runtime in which it was opened. Web workers have runtimes of their own, and these end
//! first when the process stops: what they had opened would break in the hands of whoever works on.

use std::future::poll_fn;
use std::pin::pin;

use sqlx::PgPool;
use tokio::runtime::Handle;

/// An open Postgres database.
pub struct Postgres {
    pub(super) pool: PgPool,
    runtime: Handle,
}

impl Postgres {
    /// A pool that was opened in the present runtime.
    pub(super) fn new(pool: PgPool) -> Self {
        Self {
            pool,
            runtime: Handle::current(),
        }
    }

    /// Does work in the pool's runtime: what it opens belongs there, while the caller's thread does it.
    pub(super) async fn at_home<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            let _entered = self.runtime.enter();
            work.as_mut().poll(context)
        })
        .await
    }
}

//! Postgres: a pool whose connections belong to one runtime, whoever asks, and a few connections apart.
//!
//! A connection lives by the runtime in which it was opened. Web workers have runtimes of their own, and these end
//! first when the process stops: what they had opened would break in the hands of whoever works on.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool};
use tokio::runtime::Handle;

use super::query::{Query, Sql, To};

/// Connections of one process to a server, beside those apart.
const CONNECTIONS: u32 = 16;
/// How long is waited for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open Postgres database.
pub struct Postgres {
    pub(super) pool: PgPool,
    options: PgConnectOptions,
    /// A pool tests a connection before and after each use, which costs more than a short statement: not so here.
    apart: Mutex<Vec<PgConnection>>,
    runtime: Handle,
}

impl Postgres {
    /// Opens a pool in the present runtime.
    pub(super) async fn open(options: PgConnectOptions) -> sqlx::Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options.clone())
            .await?;
        Ok(Self {
            pool,
            options,
            apart: Mutex::default(),
            runtime: Handle::current(),
        })
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

    /// Runs one statement, a transaction by itself, on a connection apart: as many as there are callers at once. One
    /// that failed, or whose user went away in the middle, is not used again.
    pub(super) async fn execute_apart(
        &self,
        sql: Sql,
        with: impl for<'q> FnOnce(Query<'q>) -> Query<'q>,
    ) -> sqlx::Result<u64> {
        let idle = self.apart().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.at_home(connect(&self.options)).await?,
        };
        let query = Query::new(sql, To::Pg(&mut connection, PgArguments::default()));
        let changed = self.at_home(with(query).execute()).await?;
        self.apart().push(connection);
        Ok(changed)
    }

    fn apart(&self) -> MutexGuard<'_, Vec<PgConnection>> {
        self.apart.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection whose statements may take as long as they must.
    pub(super) async fn unhurried(&self) -> sqlx::Result<PgConnection> {
        let options = self.options.clone().options([("statement_timeout", "0")]);
        self.at_home(connect(&options)).await
    }

    /// Closes every connection.
    pub(super) async fn close(&self) {
        self.apart().clear();
        self.pool.close().await;
    }
}

async fn connect(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    tokio::time::timeout(PATIENCE, options.connect())
        .await
        .map_err(|_| sqlx::Error::PoolTimedOut)?
}

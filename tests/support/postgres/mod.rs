//! PostgreSQL for tests: one private cluster per test run, one database per test.
//!
//! The first process that needs the cluster starts it behind a file lock; the others find it running. It
//! belongs to the process that started the tests (cargo or nextest): a watchdog stops it and removes its
//! folder when that one is gone, however it went. Each database is a copy of one that was migrated once.
//! Nothing listens on a port, and nothing survives the run.

mod cluster;
mod database;
mod machine;

pub(crate) use database::database;

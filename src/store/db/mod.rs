//! The two-database seam: the only place that knows SQLite and Postgres apart.
//!
//! A statement is written once and runs on both; where the dialects part, [`Sql`] holds a pair.
//! Reads go to a pool; writes go through a [`Tx`], which on SQLite is the one writer behind its gate.

mod apart;
mod backup;
mod bulk;
mod damage;
mod database;
mod delivery_id;
mod error;
mod gate;
mod lists;
mod open;
mod postgres;
mod query;
mod sqlite;
#[cfg(test)]
mod tests;
mod time;
mod tx;

pub use backup::{Copied, copy, files_named};
pub use bulk::{Bulk, Values, latest};
pub use database::Db;
pub use delivery_id::number;
pub use error::DbError;
pub use lists::{DeliveryIds, Ids, Texts};
pub use query::{Filter, OF_WORKSPACE, Query, Record, Sql};
pub use tx::Tx;

pub(crate) use damage::cure;
pub(crate) use lists::{in_ids, in_list};

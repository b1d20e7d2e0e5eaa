//! What the store promises, case by case, on SQLite and on PostgreSQL.
//!
//! A case is one async function that takes a [`database::TestDb`]; `on_both!` runs it on both databases. After
//! each case the harness checks what always holds: the kept counts are true, and no work is left behind.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a case that does not get what it expects has failed"
)]

mod accounts;
mod adopt;
mod calls;
mod comments;
mod connections;
mod database;
mod erasure;
mod erasure_slices;
mod events;
mod feed;
mod keys;
mod lanes;
mod ledger;
mod messages;
mod payloads;
mod pools;
mod quarantine;
mod races;
mod requeue;
mod retention;
mod runtimes;
mod schema;
mod sessions;
mod settle;
mod shared_time;
mod sightings;
mod standing;
mod starting;
mod steps;
mod stories;
mod summary;
mod unpack;

#[path = "../support/postgres/mod.rs"]
mod postgres;

#[path = "../support/on_both.rs"]
mod both;

use both::on_both;
use database as harness;

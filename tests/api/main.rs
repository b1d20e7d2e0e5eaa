//! The whole service over HTTP: the real server, a real database, the sandbox as Meta, and a clock that tests move.
//!
//! A case is one async function that takes an [`app::TestApp`]; `on_both!` runs it on SQLite and on PostgreSQL.
//! Nothing runs in the background but the server and the writers: cases step unpacking and processing themselves.
//! After each case the kept counts are compared with the rows.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails may do so loudly"
)]

mod accounts;
mod api_keys;
mod app;
mod bad_input;
mod callbacks;
mod callbacks_deletion;
mod connecting_calls;
mod diagnosis;
mod events;
mod feed;
mod fixtures;
mod follower;
mod forgeries;
mod handshake;
mod ledger;
mod ledger_on_postgres;
mod limits;
mod lists;
mod login;
mod looks;
mod media;
mod mentions;
mod messages;
mod meta;
mod parting;
mod processes;
mod processing_calls;
mod processing_comments;
mod processing_errors;
mod processing_fairness;
mod processing_permissions;
mod processing_reconnect;
mod processing_redelivery;
mod receive;
mod replays;
mod retention;
mod scene;
mod status;
mod stories;
mod strangers;
mod stream;
mod stream_ends;
mod tenants;
mod way;
mod wire;
mod withdrawals;

#[path = "../support/postgres/mod.rs"]
mod postgres;

#[path = "../support/on_both.rs"]
mod both;
#[path = "../support/dialog.rs"]
mod dialog;
#[path = "../support/exchange.rs"]
mod exchange;
#[path = "../support/run.rs"]
mod run;
#[path = "../support/secrets.rs"]
mod secrets;

use app as harness;
use both::on_both;

//! The sandbox over HTTP, as Belino and its tests use it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on may panic, in its helpers, too"
)]

mod app_subscriptions;
mod control;
mod dialog;
mod errors;
mod exchange;
mod faults;
mod fields;
mod grants;
mod journal;
mod limits;
mod pages;
mod paging;
mod publishing;
mod removal;
mod support;
mod tokens;
mod webhooks;

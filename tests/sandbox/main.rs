//! The sandbox over HTTP, as Belino and its tests use it.

mod errors;
mod faults;
mod fields;
mod journal;
mod limits;
mod paging;
mod support;
mod tokens;
mod webhooks;

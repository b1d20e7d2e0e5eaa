//! What a person sees: the pages of the real server in a real browser, driven by its own driver.
//!
//! The browser is Chromium without a window, its profile a folder that goes with the case. It reaches nothing
//! but the service: every other name and address is none to it. Waiting is the driver's.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails may do so loudly"
)]

#[path = "../api/app.rs"]
#[expect(dead_code, reason = "the harness is for more cases than these")]
mod app;
mod browser;
mod connect;
mod docs;
mod driver;
#[path = "../api/meta.rs"]
#[expect(dead_code, reason = "the harness is for more cases than these")]
mod meta;
#[path = "../support/postgres/mod.rs"]
mod postgres;

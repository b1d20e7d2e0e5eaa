//! What a person sees: the pages of the real server in a real browser, driven by its own driver.
//!
//! The browser is Chromium without a window, its profile a folder that goes with the case. It reaches nothing
//! but the service: every other name and address is none to it. Waiting is the driver's.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails may do so loudly"
)]

mod browser;
mod docs;
mod driver;
mod service;

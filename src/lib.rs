//! Belino makes Instagram's webhooks trustworthy: verified, kept byte for byte, unpacked, enriched.
//!
//! A module may use those to its left, never to its right:
//! `domain <- webhook, net <- graph, store <- ingest, connect <- processor <- http <- cli, app <- main`.
//! `sandbox` uses `domain` only and speaks HTTP to the rest, as Meta does. `tests/tidy.rs` checks.

pub mod clock;
pub mod domain;
pub mod sandbox;

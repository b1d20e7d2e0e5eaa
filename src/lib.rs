//! Belino makes Instagram's webhooks trustworthy: verified, kept byte for byte, unpacked, enriched.
//!
//! A module may use those to its left, never to its right:
//! `domain <- webhook, net <- assets <- graph, store <- ingest, connect <- processor, effects <- http <- cli, app <- main`.
//! `sandbox` uses `domain` only and speaks HTTP to the rest, as Meta does. `tests/tidy.rs` checks.

pub mod app;
pub mod assets;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connect;
pub mod domain;
pub mod effects;
pub mod graph;
pub mod http;
pub mod ingest;
pub mod lifecycle;
pub mod net;
pub mod processor;
pub mod sandbox;
pub mod store;
pub mod telemetry;
pub mod webhook;

//! HTTP to the outside: the only place that builds a client for the service.
//!
//! Every client has time-outs and follows no redirect, so a token never travels to a host that was not
//! configured. Where it goes is configuration: loopback and plain http are as good as Meta.

mod client;

pub use client::{NetError, Settings, client, install_crypto};

//! HTTP to the outside: the only place that builds a client for the service.
//!
//! Every client has time-outs and follows no redirect, so a token never travels to a host that was not
//! configured. Where it goes is configuration: loopback and plain http are as good as Meta. Where a user says where it
//! goes, it is `Guarded`: that one follows redirects, by hand, and to public addresses only.

mod client;
mod guarded;

pub use client::{NetError, Settings, client, install_crypto};
pub use guarded::{FetchError, FetchFault, Fetched, GuardSettings, Guarded, Probed, is_public};

//! Requests to URLs that users give: the one client that may send them.
//!
//! It reaches public addresses only. A URL is checked before each hop, and a name is resolved once, by the resolver that
//! the connection is opened with: every address of the answer is checked there, so that what was checked is what is
//! connected to, whatever DNS says a moment later. It never goes through a proxy, which would resolve names itself.

mod address;
mod client;
mod error;
mod exchange;
mod names;
mod reach;
mod target;
#[cfg(test)]
mod tests;

pub use address::is_public;
pub use client::{Fetched, GuardSettings, Guarded, Probed};
pub use error::{FetchError, FetchFault};

//! `signed_request`: how Meta signs what it calls back with (meta-webhooks.md §7).
//!
//! A MAC and a JSON object, each in base64 for URLs, with a dot between. The MAC is of the encoded text. Nothing is
//! read before it has been checked against every secret.

mod request;
#[cfg(test)]
mod tests;

pub use request::{SignedRequest, SignedRequestError};

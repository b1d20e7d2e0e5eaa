//! The signature of a delivery: HMAC-SHA256 of the raw body under an app's secret (meta-webhooks.md §2).
//!
//! It is the only authentication there is. It covers the bytes on the wire: Meta's escaping cannot be
//! reproduced, so a body that was parsed and written again never verifies. SHA-1 is not spoken.

mod header;
mod secrets;
#[cfg(test)]
mod tests;

pub use header::{HubSignature, SignatureError};
pub use secrets::{Secrets, SecretsError, sign};

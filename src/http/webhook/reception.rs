//! What a delivery and a handshake are judged by.

use metrics::{Counter, Histogram};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::webhook::signature::Secrets;

/// The secrets, the verify token and the bound of bodies; and what counts deliveries: looked up once.
pub struct Reception {
    /// The app secrets that may sign a delivery.
    pub secrets: Secrets,
    /// The largest body that is taken.
    pub max_body_bytes: usize,
    /// Counts what was kept.
    pub received: Counter,
    /// How long keeping took, from the head to the answer.
    pub seconds: Histogram,
    verify_token: [u8; 32],
}

impl Reception {
    /// Of the configuration.
    pub fn new(secrets: Secrets, verify_token: &SecretString, max_body_bytes: usize) -> Self {
        Self {
            secrets,
            max_body_bytes,
            received: metrics::counter!("belino_deliveries_received_total"),
            seconds: metrics::histogram!("belino_delivery_seconds"),
            verify_token: Sha256::digest(verify_token.expose_secret().as_bytes()).into(),
        }
    }

    /// Whether this is the verify token. Digests are compared, so that not even its length shows in the time.
    pub fn is_verify_token(&self, text: &str) -> bool {
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        digest.ct_eq(&self.verify_token).into()
    }
}

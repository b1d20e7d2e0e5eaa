//! The secrets that may have signed what was refused: those in use, and what people mistake for them.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

use super::Cause;
use crate::domain::AppSecret;

/// A key that is tried on refused deliveries.
#[derive(Clone)]
pub(super) struct Suspect {
    /// What it means if this one signs the body as it came.
    pub(super) cause: Cause,
    /// Which one it is, for people.
    pub(super) label: String,
    sha256: Hmac<Sha256>,
    sha1: Hmac<Sha1>,
}

/// Keys that are tried on refused deliveries. Shows none of them.
#[derive(Clone, Default)]
pub struct Suspects {
    /// Tried on every form of a body.
    pub(super) secrets: Vec<Suspect>,
    /// Tried on the body as it came only.
    pub(super) mistakes: Vec<Suspect>,
}

/// How a secret differs, in words, and what becomes of it.
type Mistake = (&'static str, fn(&str) -> String);

/// How people get a secret wrong when they copy it.
const MISTAKES: [Mistake; 9] = [
    ("with a line's end", |secret| format!("{secret}\n")),
    ("with a line's end of Windows", |secret| format!("{secret}\r\n")),
    ("with a blank behind it", |secret| format!("{secret} ")),
    ("with a blank before it", |secret| format!(" {secret}")),
    ("in double quotes", |secret| format!("\"{secret}\"")),
    ("in single quotes", |secret| format!("'{secret}'")),
    ("without the quotes around it", |secret| {
        secret.trim_matches(['"', '\'']).to_owned()
    }),
    ("in lower case", str::to_lowercase),
    ("in upper case", str::to_uppercase),
];

impl Suspects {
    /// Of the configured secrets, each with its label.
    pub fn of(secrets: &[(String, AppSecret)]) -> Self {
        let mut suspects = Self::default();
        for (label, secret) in secrets {
            let cause = if label.starts_with("previous") {
                Cause::PreviousSecret
            } else {
                Cause::OtherProductsSecret
            };
            suspects.add(cause, format!("the `{label}` secret"), secret.expose());
        }
        suspects
    }

    /// Adds a secret that a stronger source of settings replaced.
    pub fn add_replaced(&mut self, label: String, secret: &str) {
        self.add(Cause::OverriddenSecret, label, secret);
    }

    /// Adds the verify token, which some take for the secret.
    pub fn add_verify_token(&mut self, token: &str) {
        let suspect = Suspect::new(Cause::VerifyTokenAsSecret, "the verify token".to_owned(), token);
        self.mistakes.push(suspect);
    }

    fn add(&mut self, cause: Cause, label: String, secret: &str) {
        for (how, change) in MISTAKES {
            let mistaken = change(secret);
            if mistaken != secret {
                let label = format!("{label} {how}");
                self.mistakes
                    .push(Suspect::new(Cause::MisspeltSecret, label, &mistaken));
            }
        }
        self.secrets.push(Suspect::new(cause, label, secret));
    }
}

impl std::fmt::Debug for Suspects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let labels = self.secrets.iter().map(|suspect| &suspect.label);
        f.debug_list().entries(labels).finish()
    }
}

impl Suspect {
    fn new(cause: Cause, label: String, key: &str) -> Self {
        const ANY: &str = "HMAC takes a key of any length";
        Self {
            cause,
            label,
            sha256: Hmac::new_from_slice(key.as_bytes()).expect(ANY),
            sha1: Hmac::new_from_slice(key.as_bytes()).expect(ANY),
        }
    }

    /// Whether this key makes that SHA-256 signature of these bytes.
    pub(super) fn signs(&self, body: &[u8], signature: &[u8]) -> bool {
        let keyed = self.sha256.clone().chain_update(body);
        keyed.verify_slice(signature).is_ok()
    }

    /// The same with SHA-1.
    pub(super) fn signs_with_sha1(&self, body: &[u8], signature: &[u8]) -> bool {
        let keyed = self.sha1.clone().chain_update(body);
        keyed.verify_slice(signature).is_ok()
    }
}

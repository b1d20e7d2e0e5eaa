//! The app secrets under which a delivery may be signed: both login products' and previous ones.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::HubSignature;
use crate::domain::AppSecret;

type HmacSha256 = Hmac<Sha256>;

/// Why a list of secrets is refused: with it anybody could sign, or nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// No secret at all.
    #[error("no app secret is configured")]
    None,
    /// A secret without text: everybody knows that key.
    #[error("the app secret {0:?} is empty")]
    Empty(String),
}

/// The secrets that are live at once, in the order in which they are tried, each with its label.
#[derive(Clone)]
pub struct Secrets(Vec<(Arc<str>, HmacSha256)>);

impl Secrets {
    /// Of labelled secrets. The keyed states are made here, once; a verification only copies one.
    pub fn new(list: Vec<(String, AppSecret)>) -> Result<Self, SecretsError> {
        if list.is_empty() {
            return Err(SecretsError::None);
        }
        list.into_iter()
            .map(|(label, secret)| {
                if secret.expose().trim().is_empty() {
                    return Err(SecretsError::Empty(label));
                }
                Ok((label.into(), keyed(&secret)))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The label of the secret under which `signature` signs exactly these bytes, if it is one of ours.
    /// Compares in constant time.
    pub fn verify(&self, body: &[u8], signature: &HubSignature) -> Option<&Arc<str>> {
        self.signers(body, signature.bytes()).next()
    }

    /// The label of each secret under which `code` is the MAC of these bytes. Compares in constant time.
    pub(in crate::webhook) fn signers<'a>(
        &'a self,
        message: &[u8],
        code: &[u8],
    ) -> impl Iterator<Item = &'a Arc<str>> {
        let signs = move |keyed: &HmacSha256| keyed.clone().chain_update(message).verify_slice(code).is_ok();
        self.0
            .iter()
            .filter(move |(_, keyed)| signs(keyed))
            .map(|(label, _)| label)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")?;
        f.debug_list()
            .entries(self.0.iter().map(|(label, _)| label))
            .finish()
    }
}

/// Signs a body as Meta does: the value for `X-Hub-Signature-256`.
pub fn sign(secret: &AppSecret, body: &[u8]) -> String {
    let code = keyed(secret).chain_update(body).finalize().into_bytes();
    format!("sha256={}", hex::encode(code))
}

fn keyed(secret: &AppSecret) -> HmacSha256 {
    HmacSha256::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length")
}

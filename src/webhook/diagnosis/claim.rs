//! What the kept headers claim: which signature, in which form, and how the body was packed.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Cause;
use crate::webhook::signature::HubSignature;

/// The headers that the quarantine kept.
pub(super) struct Claims(BTreeMap<String, String>);

/// What stands in place of a signature that the receiver reads.
pub(super) enum Claim {
    /// A signature of the right form.
    Signature([u8; 32]),
    /// Signatures in a form that is not read; the cause, and each that it could mean.
    Loose(Cause, Vec<[u8; 32]>),
    /// Only SHA-1's.
    Sha1(Vec<u8>),
    /// None.
    Nothing,
}

impl Claims {
    pub(super) fn read(headers: &[u8]) -> Self {
        Self(serde_json::from_slice(headers).unwrap_or_default())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The name of the coding that the body is said to be in, if one is.
    pub(super) fn coding(&self) -> Option<&str> {
        self.get("content-encoding").filter(|name| *name != "identity")
    }

    pub(super) fn signature(&self) -> Claim {
        let Some(value) = self.get("x-hub-signature-256") else {
            return self.sha1();
        };
        match HubSignature::parse(value.as_bytes()) {
            Ok(signature) => Claim::Signature(*signature.bytes()),
            Err(_) => loose(value),
        }
    }

    fn sha1(&self) -> Claim {
        let Some(value) = self.get("x-hub-signature") else {
            return Claim::Nothing;
        };
        let digits = value.strip_prefix("sha1=").unwrap_or(value);
        Claim::Sha1(hex::decode(digits).unwrap_or_default())
    }
}

/// A signature in a form that the receiver does not read.
fn loose(value: &str) -> Claim {
    if value.contains(',') {
        let all = value.split(',').filter_map(|one| digits(bare(one))).collect();
        return Claim::Loose(Cause::SignatureTwice, all);
    }
    let inner = bare(value);
    let cause = if inner != value && inner.starts_with("sha256=") {
        Cause::SignatureWrapped
    } else {
        Cause::SignaturePrefix
    };
    if let Some(signature) = digits(inner) {
        return Claim::Loose(cause, vec![signature]);
    }
    let encoded = inner.strip_prefix("sha256=").unwrap_or(inner);
    let decoded = STANDARD.decode(encoded).ok();
    match decoded.and_then(|bytes| bytes.try_into().ok()) {
        Some(signature) => Claim::Loose(Cause::SignatureBase64, vec![signature]),
        None => Claim::Loose(Cause::SignatureMalformed, Vec::new()),
    }
}

fn bare(value: &str) -> &str {
    value.trim_matches([' ', '\t', '"', '\''])
}

/// 64 digits behind any prefix that names SHA-256, or none.
fn digits(text: &str) -> Option<[u8; 32]> {
    let digits = text.rsplit('=').next().unwrap_or(text);
    hex::decode(digits).ok()?.try_into().ok()
}

//! The header `X-Hub-Signature-256: sha256=<64 hex digits>`.

use std::fmt;

const PREFIX: &[u8] = b"sha256=";
const BYTES: usize = 32;

/// What is wrong with a signature header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It does not begin with `sha256=`.
    #[error("the signature does not begin with sha256=")]
    Prefix,
    /// It has not 64 digits after the prefix.
    #[error("the signature has {0} characters after sha256=, not 64")]
    Length(usize),
    /// A character is not a hexadecimal digit.
    #[error("the signature is not hexadecimal")]
    NotHex,
}

/// A signature as it was claimed; [`Secrets::verify`](super::Secrets::verify) tells whether it is true.
#[derive(Clone, Copy)]
pub struct HubSignature([u8; BYTES]);

impl HubSignature {
    /// Of the header's value. Meta sends lower-case digits; upper-case ones name the same 32 bytes and pass.
    pub fn parse(header: &[u8]) -> Result<Self, SignatureError> {
        let digits = header.strip_prefix(PREFIX).ok_or(SignatureError::Prefix)?;
        if digits.len() != 2 * BYTES {
            return Err(SignatureError::Length(digits.len()));
        }
        let mut bytes = [0; BYTES];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| SignatureError::NotHex)?;
        Ok(Self(bytes))
    }

    pub(in crate::webhook) const fn bytes(&self) -> &[u8; BYTES] {
        &self.0
    }
}

impl fmt::Debug for HubSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HubSignature(…)")
    }
}

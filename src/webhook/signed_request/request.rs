//! Opening a signed request.

use std::sync::Arc;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::value::RawValue;

use crate::domain::Timestamp;
use crate::webhook::json::{self, Object};
use crate::webhook::signature::Secrets;

/// Some senders pad, most do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Bytes of the MAC.
const MAC: usize = 32;
const ALGORITHM: &str = "HMAC-SHA256";
/// Longer ids are none: Meta's have 20 digits at the most.
const LONGEST_ID: usize = 64;

/// What is wrong with a signed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedRequestError {
    /// It is not two parts with a dot between.
    #[error("it is not a signature and a payload with a dot between")]
    Form,
    /// A part is not base64 for URLs.
    #[error("a part of it is not base64 for URLs")]
    Encoding,
    /// The signature has not 32 bytes.
    #[error("its signature has {0} bytes, not 32")]
    Length(usize),
    /// No secret of ours signed it.
    #[error("none of the configured app secrets signed it")]
    Signature,
    /// The payload is not a JSON object.
    #[error("its payload is not a JSON object")]
    Payload,
    /// Another algorithm than HMAC-SHA256 is named, or none.
    #[error("it does not name the algorithm HMAC-SHA256")]
    Algorithm,
    /// It names nobody.
    #[error("it names no user_id")]
    User,
}

/// A request that Meta signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// The labels of the secrets that signed it: several where two labels have one secret.
    pub signed_by: Vec<Arc<str>>,
    /// Whom it is about: an id that only the app knows the person by.
    pub user_id: String,
    /// When it was signed, where it says so.
    pub issued_at: Option<Timestamp>,
}

impl SignedRequest {
    /// Of the text that Meta sent, checked against every secret.
    pub fn open(text: &str, secrets: &Secrets) -> Result<Self, SignedRequestError> {
        let (code, payload) = text.split_once('.').ok_or(SignedRequestError::Form)?;
        let code = decoded(code)?;
        if code.len() != MAC {
            return Err(SignedRequestError::Length(code.len()));
        }
        let signed_by: Vec<_> = secrets.signers(payload.as_bytes(), &code).cloned().collect();
        if signed_by.is_empty() {
            return Err(SignedRequestError::Signature);
        }
        Self::read(&decoded(payload)?, signed_by)
    }

    fn read(payload: &[u8], signed_by: Vec<Arc<str>>) -> Result<Self, SignedRequestError> {
        let payload = serde_json::from_slice::<&RawValue>(payload)
            .ok()
            .and_then(Object::read)
            .ok_or(SignedRequestError::Payload)?;
        let algorithm = payload.text("algorithm").unwrap_or_default();
        if !algorithm.eq_ignore_ascii_case(ALGORITHM) {
            return Err(SignedRequestError::Algorithm);
        }
        let user_id = payload.id("user_id").filter(|id| is_id(id));
        Ok(Self {
            signed_by,
            user_id: user_id.ok_or(SignedRequestError::User)?,
            issued_at: payload.integer("issued_at").and_then(json::moment),
        })
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, SignedRequestError> {
    BASE64.decode(part).map_err(|_| SignedRequestError::Encoding)
}

fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

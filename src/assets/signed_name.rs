//! Names under which a file may be fetched without a key, until they expire.
//!
//! Meta's crawler brings no key. Its URL is one that nobody can guess: the upload's id and a time, and an HMAC of both.
//! Nothing is stored; who has the name has the file, for as long as it holds.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use uuid::Uuid;

use crate::domain::Timestamp;

/// What the key is derived for, so that no other use of the secret makes a name.
const PURPOSE: &[u8] = b"belino: signed names of uploaded media, version 1";

/// An id, seconds since 1970, and the HMAC.
const LENGTH: usize = 16 + 8 + 32;

/// The key that names are signed with.
pub struct NameKey(SecretBox<[u8; 32]>);

/// Why a name is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nobody signed it, or something was changed.
    #[error("no such file")]
    Unknown,
    /// It was good once.
    #[error("the name has expired")]
    Expired,
}

/// Signed names.
pub struct SignedName;

impl NameKey {
    /// Derives the key from a secret that may serve other purposes as well.
    pub fn derive(secret: &[u8]) -> Self {
        Self(SecretBox::new(Box::new(
            mac(secret, &[PURPOSE]).finalize().into_bytes().into(),
        )))
    }
}

impl SignedName {
    /// The name of an upload that holds until `expires`, in whole seconds: letters, digits, `-` and `_`.
    pub fn make(key: &NameKey, upload: Uuid, expires: Timestamp) -> String {
        let seconds = expires.seconds().to_be_bytes();
        let proof = signed(key, upload.as_bytes(), seconds).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([upload.as_bytes().as_slice(), &seconds, &proof].concat())
    }

    /// The upload that the name is of, if it was made with this key and has not expired.
    pub fn verify(key: &NameKey, name: &str, now: Timestamp) -> Result<Uuid, NameError> {
        let parts = URL_SAFE_NO_PAD.decode(name).ok();
        let parts: [u8; LENGTH] = parts
            .and_then(|parts| parts.try_into().ok())
            .ok_or(NameError::Unknown)?;
        let (upload, rest) = parts.split_first_chunk::<16>().ok_or(NameError::Unknown)?;
        let (seconds, proof) = rest.split_first_chunk::<8>().ok_or(NameError::Unknown)?;
        // `verify_slice` takes the same time wherever they differ.
        signed(key, upload, *seconds)
            .verify_slice(proof)
            .map_err(|_| NameError::Unknown)?;
        if Timestamp::from_seconds(i64::from_be_bytes(*seconds)) <= now {
            return Err(NameError::Expired);
        }
        Ok(Uuid::from_bytes(*upload))
    }
}

fn signed(key: &NameKey, upload: &[u8; 16], seconds: [u8; 8]) -> Hmac<Sha256> {
    mac(key.0.expose_secret(), &[upload, &seconds])
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

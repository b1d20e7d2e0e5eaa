//! The text of an API key: `bel_`, eight digits by which it is found, `_`, and its 256 random bits.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const BRAND: &str = "bel_";
const PREFIX_CHARS: usize = 12;
const SECRET_CHARS: usize = 43;

/// A text that has not the form of an API key.
#[derive(Debug, thiserror::Error)]
#[error("not an API key: expected bel_, eight digits, _ and 43 characters")]
pub struct ApiKeyError;

/// An API key as its owner holds it. It is shown once; stored are its prefix and its hash.
#[derive(Clone)]
pub struct ApiKeyText(SecretString);

impl ApiKeyText {
    /// The key made of 32 random bytes.
    ///
    /// # Panics
    /// Never: a digest has the bytes that its prefix takes.
    pub fn generate(random: &[u8; 32]) -> Self {
        let secret = URL_SAFE_NO_PAD.encode(random);
        let digest = Sha256::digest(secret.as_bytes());
        let visible = hex::encode(digest.get(..4).expect("a digest has 32 bytes"));
        Self(SecretString::from(format!("{BRAND}{visible}_{secret}")))
    }

    /// The visible part, by which the key is found: `bel_` and eight digits.
    ///
    /// # Panics
    /// Never: a key is longer than its prefix.
    pub fn prefix(&self) -> &str {
        self.expose()
            .get(..PREFIX_CHARS)
            .expect("a key is longer than its prefix")
    }

    /// SHA-256 of the whole text: what is stored. 256 random bits need no slow hash.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.expose().as_bytes()).into()
    }

    /// The text itself, to be shown once; never for a log.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl FromStr for ApiKeyText {
    type Err = ApiKeyError;

    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        let rest = text.strip_prefix(BRAND).ok_or(ApiKeyError)?;
        let (visible, secret) = rest.split_once('_').ok_or(ApiKeyError)?;
        let digit = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        let random = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        let good = visible.len() + BRAND.len() == PREFIX_CHARS
            && secret.len() == SECRET_CHARS
            && visible.bytes().all(digit)
            && secret.bytes().all(random);
        if good {
            Ok(Self(SecretString::from(text.to_owned())))
        } else {
            Err(ApiKeyError)
        }
    }
}

impl fmt::Debug for ApiKeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyText({}…)", self.prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text_and_is_found_by_its_prefix() {
        for byte in [0, 7, 0xff] {
            let made = ApiKeyText::generate(&[byte; 32]);
            let read: ApiKeyText = made.expose().parse().unwrap();
            assert_eq!(read.expose().len(), 56);
            assert_eq!((read.prefix(), read.hash()), (made.prefix(), made.hash()));
            assert!(made.prefix().starts_with("bel_") && made.prefix().len() == 12);
        }
    }

    #[test]
    fn two_keys_differ_in_prefix_and_hash() {
        let (one, other) = (ApiKeyText::generate(&[1; 32]), ApiKeyText::generate(&[2; 32]));
        assert_ne!(one.prefix(), other.prefix());
        assert_ne!(one.hash(), other.hash());
    }

    #[test]
    fn a_text_of_another_form_is_no_key() {
        let good = ApiKeyText::generate(&[3; 32]).expose().to_owned();
        let bad = [
            "",
            "bel_",
            "bel_0123456_short",
            &good[1..],
            &good[..55],
            &format!("{good}x"),
            &good.replace("bel_", "BEL_"),
            &good.replacen('_', "é", 1),
        ];
        for text in bad {
            assert!(text.parse::<ApiKeyText>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let key = ApiKeyText::generate(&[4; 32]);
        assert_eq!(format!("{key:?}"), format!("ApiKeyText({}…)", key.prefix()));
    }
}

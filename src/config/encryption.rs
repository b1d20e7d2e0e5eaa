//! The keys that seal tokens, as the configuration spells them: `id:base64-of-32-bytes,…`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretBox};

use super::parse::Wrong;

const FORM: &str = "write id:base64 of 32 random bytes, as `k1:$(openssl rand -base64 32)`";

/// A key that seals tokens, and the id that is stored beside what it sealed. Its `Debug` shows no key.
#[derive(Debug)]
pub struct EncryptionKey {
    id: String,
    bytes: SecretBox<[u8; 32]>,
}

impl EncryptionKey {
    /// A key of its parts.
    pub fn new(id: impl Into<String>, bytes: [u8; 32]) -> Self {
        Self {
            id: id.into(),
            bytes: SecretBox::new(Box::new(bytes)),
        }
    }

    /// The id stored beside what this key sealed.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key itself; never for a log.
    pub fn expose(&self) -> &[u8; 32] {
        self.bytes.expose_secret()
    }
}

impl Clone for EncryptionKey {
    fn clone(&self) -> Self {
        Self::new(self.id.clone(), *self.expose())
    }
}

/// Reads the list; the first key seals, the others only open.
pub(super) fn keys(text: &str) -> Result<Vec<EncryptionKey>, Wrong> {
    let mut keys: Vec<EncryptionKey> = Vec::new();
    for (position, item) in text.split(',').map(str::trim).enumerate() {
        let key = key(item).map_err(|what| Wrong::new(format!("key {}: {what}", position + 1), FORM))?;
        if keys.iter().any(|other| other.id == key.id) {
            return Err(Wrong::new(
                format!("the id `{}` stands twice", key.id),
                "give each key its own id",
            ));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn key(item: &str) -> Result<EncryptionKey, &'static str> {
    let (id, encoded) = item.split_once(':').ok_or("has no id before a colon")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if id.is_empty() || id.len() > 32 || !id.bytes().all(plain) {
        return Err("its id is not 1 to 32 letters, digits, `-` or `_`");
    }
    let bytes = STANDARD.decode(encoded.trim()).map_err(|_| "is not base64")?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| "is not 32 bytes long")?;
    Ok(EncryptionKey::new(id, bytes))
}

//! The keys that seal tokens at rest.
//!
//! XChaCha20-Poly1305 with a random nonce; the sealed value is bound to the connection and to what it is,
//! so that no row can be passed off as another. The first key seals, all of them open.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::domain::{AccessToken, ConnectionId};

const NONCE: usize = 24;

/// Why a token cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// There is no key at all.
    #[error("no encryption key is configured")]
    Empty,
    /// The key that sealed it is not here.
    #[error(
        "the encryption key `{0}` that sealed the token is not configured; add it to BELINO_ENCRYPTION_KEYS"
    )]
    UnknownKey(String),
    /// It was changed, or sealed for another connection.
    #[error("the sealed token does not open; connect the account again")]
    Forged,
}

/// Keys by id, the sealing one first. Cheap to clone; its `Debug` shows no key.
#[derive(Clone)]
pub struct Keyring(std::sync::Arc<[(String, XChaCha20Poly1305)]>);

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

impl Keyring {
    /// Of keys, the sealing one first.
    pub fn new<'a>(keys: impl IntoIterator<Item = (&'a str, &'a [u8; 32])>) -> Result<Self, KeyringError> {
        let keys: Vec<_> = keys
            .into_iter()
            .map(|(id, key)| (id.to_owned(), XChaCha20Poly1305::new(key.into())))
            .collect();
        if keys.is_empty() {
            Err(KeyringError::Empty)
        } else {
            Ok(Self(keys.into()))
        }
    }

    /// The id of the key that seals.
    pub(super) fn first(&self) -> &str {
        self.0.first().map_or("", |(id, _)| id)
    }

    /// Seals a token for its place. Gives the key's id and the sealed bytes.
    pub(crate) fn seal(&self, place: Bound, token: &AccessToken) -> (String, Vec<u8>) {
        let (id, cipher) = self.0.first().expect("a keyring has a key");
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).expect("the system gives random bytes");
        let bound = place.name();
        let payload = Payload {
            msg: token.expose().as_bytes(),
            aad: bound.as_bytes(),
        };
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a token is short enough to seal");
        (id.clone(), [nonce.as_slice(), &sealed].concat())
    }

    /// Opens a token that was sealed for this place.
    pub(crate) fn open(
        &self,
        place: Bound,
        key_id: &str,
        sealed: &[u8],
    ) -> Result<AccessToken, KeyringError> {
        let (_, cipher) = self
            .0
            .iter()
            .find(|(id, _)| id == key_id)
            .ok_or_else(|| KeyringError::UnknownKey(key_id.to_owned()))?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(KeyringError::Forged)?;
        let bound = place.name();
        let payload = Payload {
            msg: sealed,
            aad: bound.as_bytes(),
        };
        let opened = cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| KeyringError::Forged)?;
        String::from_utf8(opened)
            .map(AccessToken::new)
            .map_err(|_| KeyringError::Forged)
    }
}

/// The place that a token is sealed for, and where alone it opens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// A connection's token.
    AccessToken(ConnectionId),
    /// The person's own token beside it.
    UserToken(ConnectionId),
    /// The token of a person who has yet to choose, by the session's hash.
    Session([u8; 32]),
}

impl Bound {
    fn name(self) -> String {
        match self {
            Self::AccessToken(connection) => format!("{connection}:access-token"),
            Self::UserToken(connection) => format!("{connection}:user-token"),
            Self::Session(hash) => format!("{}:session-token", hex::encode(hash)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_token_opens_for_its_connection_only_and_under_a_kept_key() {
        let now = Timestamp::from_seconds(1_700_000_000);
        let (id, other) = (ConnectionId::at(now), ConnectionId::at(now));
        let (mine, other, user) = (
            Bound::AccessToken(id),
            Bound::AccessToken(other),
            Bound::UserToken(id),
        );
        let (old, new) = ([1_u8; 32], [2_u8; 32]);
        let before = Keyring::new([("a", &old)]).unwrap();
        let (key, sealed) = before.seal(mine, &AccessToken::new("IGAA-secret"));
        let after = Keyring::new([("b", &new), ("a", &old)]).unwrap();
        assert_eq!(after.open(mine, &key, &sealed).unwrap().expose(), "IGAA-secret");
        assert!(matches!(
            after.open(other, &key, &sealed),
            Err(KeyringError::Forged)
        ));
        assert!(matches!(
            after.open(user, &key, &sealed),
            Err(KeyringError::Forged)
        ));
        let mut changed = sealed.clone();
        changed[30] ^= 1;
        assert!(matches!(
            after.open(mine, &key, &changed),
            Err(KeyringError::Forged)
        ));
        assert!(matches!(
            after.open(mine, &key, &sealed[..10]),
            Err(KeyringError::Forged)
        ));
        let without = Keyring::new([("b", &new)]).unwrap();
        assert!(matches!(
            without.open(mine, &key, &sealed),
            Err(KeyringError::UnknownKey(_))
        ));
        assert_eq!(after.seal(mine, &AccessToken::new("x")).0, "b");
        assert!(matches!(Keyring::new([]), Err(KeyringError::Empty)));
    }
}

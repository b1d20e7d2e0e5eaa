//! The two apps, their secrets, and the signatures made with them (meta-webhooks.md §2 and §7, graph-oauth.md §1.8).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::AppCredentials;
use crate::domain::Login;

/// The apps of both login products.
#[derive(Debug)]
pub(crate) struct Apps {
    pub(crate) facebook: AppCredentials,
    pub(crate) instagram: AppCredentials,
}

impl Apps {
    /// The app of a login product.
    pub(crate) const fn of(&self, login: Login) -> &AppCredentials {
        match login {
            Login::Facebook => &self.facebook,
            Login::Instagram => &self.instagram,
        }
    }

    /// Whether `token` is the app's own, `{id}|{secret}`.
    pub(crate) fn is_app_token(&self, login: Login, token: &str) -> bool {
        let app = self.of(login);
        let own = format!("{}|{}", app.id, app.secret.expose());
        own.as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// Whether `proof` is the app's proof for `token`.
    pub(crate) fn proves(&self, login: Login, token: &str, proof: &str) -> bool {
        let expected = hmac_hex(self.of(login).secret.expose(), token.as_bytes());
        expected.as_bytes().ct_eq(proof.as_bytes()).into()
    }
}

/// HMAC-SHA256.
pub(crate) fn hmac(key: &str, message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// HMAC-SHA256 in lower-case hex.
pub(crate) fn hmac_hex(key: &str, message: &[u8]) -> String {
    hex::encode(hmac(key, message))
}

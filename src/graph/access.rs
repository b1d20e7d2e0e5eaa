//! With which token, and for whom, a call is made; and which quotas it draws on.

use crate::domain::{AccessToken, Login, PoolKey, PoolKind};

/// An account's access under one login product.
#[derive(Clone, Debug)]
pub struct Access {
    /// The login product; it decides the host.
    pub login: Login,
    /// The token that speaks.
    pub token: AccessToken,
    /// The professional account's id.
    pub instagram_id: String,
    /// The linked Facebook Page, where there is one.
    pub page_id: Option<String>,
    /// The Facebook user who connected it, where there is one.
    pub user_id: Option<String>,
}

impl Access {
    /// The quota of a kind. An access without Page or user has only the account's.
    pub fn pool(&self, kind: PoolKind) -> PoolKey {
        match (kind, &self.page_id, &self.user_id) {
            (PoolKind::App, ..) => PoolKey::app(self.login),
            (PoolKind::Page, Some(page), _) => PoolKey::page(page),
            (PoolKind::User, _, Some(user)) => PoolKey::user(user),
            (PoolKind::Publishing, ..) => PoolKey::publishing(&self.instagram_id),
            (PoolKind::Account | PoolKind::Page | PoolKind::User, ..) => PoolKey::account(&self.instagram_id),
        }
    }

    /// Every quota that a read by this access draws on, to be asked before the call.
    pub fn pools(&self) -> Vec<PoolKey> {
        let mut keys: Vec<PoolKey> = [PoolKind::App, PoolKind::Account, PoolKind::Page, PoolKind::User]
            .map(|kind| self.pool(kind))
            .into();
        keys.sort();
        keys.dedup();
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_draws_on_the_pools_it_has() {
        let instagram = Access {
            login: Login::Instagram,
            token: AccessToken::new("IGAA"),
            instagram_id: "1784".to_owned(),
            page_id: None,
            user_id: None,
        };
        let keys = |access: &Access| access.pools().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(keys(&instagram), ["account:1784", "app:instagram"]);
        let facebook = Access {
            login: Login::Facebook,
            page_id: Some("31".to_owned()),
            user_id: Some("7".to_owned()),
            ..instagram
        };
        assert_eq!(
            keys(&facebook),
            ["account:1784", "app:facebook", "page:31", "user:7"]
        );
    }
}

//! The quotas that Meta counts: of an app, a user, a Page, an account.

use std::fmt;

use super::Login;

/// Which kind of quota a limit belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoolKind {
    /// All calls of one app under one login product.
    App,
    /// All calls with one person's token.
    User,
    /// All calls on one Facebook Page.
    Page,
    /// All calls for one Instagram account.
    Account,
    /// The posts that one account may publish in a day; reading goes on when it is used up.
    Publishing,
}

/// The name of one quota, as `account:17841400000000001`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct PoolKey(String);

impl PoolKey {
    /// The app's quota under a login product.
    pub fn app(login: Login) -> Self {
        Self(format!("app:{login}"))
    }

    /// A person's quota, by the Facebook user id.
    pub fn user(id: &str) -> Self {
        Self(format!("user:{id}"))
    }

    /// A Page's quota.
    pub fn page(id: &str) -> Self {
        Self(format!("page:{id}"))
    }

    /// An account's quota, by its Instagram id.
    pub fn account(id: &str) -> Self {
        Self(format!("account:{id}"))
    }

    /// An account's quota of posts, by its Instagram id.
    pub fn publishing(id: &str) -> Self {
        Self(format!("publishing:{id}"))
    }

    /// Which kind of pool: what stands before the colon, in the app's case with the login product.
    pub fn kind(&self) -> String {
        match self.0.split_once(':') {
            Some(("app", _)) | None => self.0.clone(),
            Some((kind, _)) => kind.to_owned(),
        }
    }

    /// The key as it stands in the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PoolKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

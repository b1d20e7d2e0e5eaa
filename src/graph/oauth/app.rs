//! An app at Meta as a login product sees it: its id and secret, and where its people log in.

use url::Url;

use crate::domain::{AccessToken, AppSecret, Login};
use crate::graph::Access;

/// The app of one login product.
#[derive(Clone, Debug)]
pub struct LoginApp {
    /// The login product.
    pub login: Login,
    /// The app's id: for Instagram Login the Instagram app's, which is not the Meta app's.
    pub id: String,
    /// The app's secret.
    pub secret: AppSecret,
    /// The saved configuration that the dialog is opened with, in place of permissions (graph-oauth.md §1.1).
    pub config_id: Option<String>,
    /// The dialog that people see.
    pub dialog_url: Url,
    /// Where a code becomes a token.
    pub token_url: Url,
}

impl LoginApp {
    /// Access as the app itself, whose token is made of id and secret (graph-oauth.md §1.6).
    pub(super) fn access(&self) -> Access {
        self.access_by(&AccessToken::new(format!("{}|{}", self.id, self.secret.expose())))
    }

    /// Access by a token of which nothing is known yet.
    pub(super) fn access_by(&self, token: &AccessToken) -> Access {
        Access {
            login: self.login,
            token: token.clone(),
            instagram_id: String::new(),
            page_id: None,
            user_id: None,
        }
    }
}

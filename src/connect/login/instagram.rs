//! Instagram Login: the person is the account.

use super::words::listed;
use super::{LoginError, LoginOutcome};
use crate::connect::inquiry::Inquiry;
use crate::connect::renewal::renew_at;
use crate::connect::verify::Granted;
use crate::connect::{ConnectError, Connector};
use crate::domain::Login;
use crate::graph::{Access, TokenGrant};
use crate::store::LoginState;

impl Connector {
    pub(super) async fn by_instagram(
        &self,
        state: &LoginState,
        grant: TokenGrant,
    ) -> Result<LoginOutcome, LoginError> {
        let basic = Login::Instagram.basic_scope();
        if !grant.scopes.is_empty() && !grant.scopes.iter().any(|scope| scope == basic) {
            return Err(ConnectError::MissingScope(basic).into());
        }
        let access = Access {
            login: Login::Instagram,
            token: grant.token,
            instagram_id: String::new(),
            page_id: None,
            user_id: None,
        };
        let mut inquiry = Inquiry::new(&self.graph, access);
        let (profile, _) = match inquiry.identify(None).await {
            Ok(identified) => identified,
            Err(error) => {
                inquiry.note(&self.store, None).await;
                return Err(error.into());
            }
        };
        let kind = profile.account_type.as_deref();
        if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("personal")) {
            inquiry.note(&self.store, None).await;
            return Err(LoginError::PersonalAccount(profile.username));
        }
        let now = self.store.clock().now();
        let expires_at = grant.lives.map(|lives| now + lives);
        let keep = Granted {
            workspace: state.workspace_id,
            profile,
            facebook_id: None,
            scopes: grant.scopes,
            asked: listed(&state.scopes),
            user_token: None,
            expires_at,
            data_access_expires_at: None,
            renew_at: renew_at(Login::Instagram, now, expires_at),
        };
        self.establish(inquiry, keep).await.map(LoginOutcome::Connected)
    }
}

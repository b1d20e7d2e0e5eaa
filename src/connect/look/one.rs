//! One look: what is asked, and what the answers say.

use crate::connect::inquiry::Inquiry;
use crate::connect::login::own_pages;
use crate::connect::{ConnectError, Connector, missing, open_user, subscription};
use crate::domain::{AccessToken, Class, Login, ParkedOn};
use crate::graph::{Access, GraphError, LoginApp, Profile};
use crate::store::{AccountProfile, Connection, ConnectionState, Seen};

/// What a look saw.
pub(super) enum Glance {
    /// Meta answers under this token.
    Seen(Box<Seen>),
    /// It does not, for this reason.
    Fails(ParkedOn),
}

impl Connector {
    /// Asks for the account, which a working connection must see, and for whatever else can be learned.
    pub(super) async fn glance(
        &self,
        connection: &Connection,
        access: Access,
    ) -> Result<Glance, ConnectError> {
        let person = open_user(&self.keyring, connection)?.unwrap_or_else(|| access.token.clone());
        let instagram_id = access.instagram_id.clone();
        let mut inquiry = Inquiry::new(&self.graph, access);
        inquiry.speaks_for(&instagram_id);
        let glance = self.see(&mut inquiry, connection, &person).await;
        inquiry.note(&self.store, Some(connection.account_key)).await;
        glance
    }

    async fn see(
        &self,
        inquiry: &mut Inquiry<'_>,
        connection: &Connection,
        person: &AccessToken,
    ) -> Result<Glance, ConnectError> {
        let profile = match inquiry.account().await {
            Ok(profile) => profile,
            Err(error) => return failure(connection.login, error),
        };
        let of_facebook = |_: &&LoginApp| connection.login == Login::Facebook;
        let app = self.logins.app(Login::Facebook).filter(of_facebook);
        if app.is_none()
            && may_have_comments(connection)
            && let Err(error) = inquiry.comments().await
            && error.class() == Class::Perm
        {
            let scope = connection.login.comments_scope();
            return Ok(Glance::Fails(ParkedOn::Scope(scope.to_owned())));
        }
        let mut seen = Seen {
            profile: profile.into(),
            subscribed: subscription::repair(&self.store, inquiry, connection).await,
            ..Seen::default()
        };
        if let Some(app) = app {
            if let Ok(told) = inquiry.inspect(app, person).await
                && told.is_valid
            {
                seen.data_access_expires_at = told.data_access_ends();
                seen.scopes = Some(told.scopes).filter(|scopes| !scopes.is_empty());
            }
            seen.tasks = tasks(inquiry, connection, person).await;
        }
        Ok(Glance::Seen(Box::new(seen)))
    }
}

/// Which permissions are left Meta tells nobody under Instagram Login, and under Facebook Login only the app: else what
/// needs one is asked for. A connection that has stopped working is watched by its probes, and what was never permitted
/// is no news.
fn may_have_comments(connection: &Connection) -> bool {
    connection.state == ConnectionState::Active && missing(connection).0.is_empty()
}

/// What the person may do on the Page; none if the Page is not listed, which happens to Pages of a business.
async fn tasks(
    inquiry: &mut Inquiry<'_>,
    connection: &Connection,
    person: &AccessToken,
) -> Option<Vec<String>> {
    let page = connection.page_id.as_deref()?;
    let calls_are_made_with = std::mem::replace(&mut inquiry.access.token, person.clone());
    let pages = own_pages(inquiry).await;
    inquiry.access.token = calls_are_made_with;
    let listed = pages.ok()?.into_iter().find(|one| one.id == page)?;
    Some(listed.tasks).filter(|tasks| !tasks.is_empty())
}

/// The account is the connection's own: where it is not to be seen, it is the access that is gone.
fn failure(login: Login, error: GraphError) -> Result<Glance, ConnectError> {
    Ok(Glance::Fails(match error.class() {
        Class::User => ParkedOn::Restricted,
        Class::Perm => ParkedOn::Scope(login.basic_scope().to_owned()),
        Class::Reauth | Class::Gone | Class::GoneSuspected => ParkedOn::Reconnect,
        _ => return Err(error.into()),
    }))
}

impl From<Profile> for AccountProfile {
    fn from(profile: Profile) -> Self {
        Self {
            username: profile.username,
            name: profile.name,
            account_type: profile.account_type,
            picture_url: profile.profile_picture_url,
            followers: profile.followers_count,
            follows: profile.follows_count,
            media_count: profile.media_count,
        }
    }
}

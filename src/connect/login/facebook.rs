//! Facebook Login: the person manages Pages, some of which have a professional account.

use std::collections::BTreeSet;

use super::candidate::{candidate, ordered};
use super::pages::shared_pages;
use super::words::listed;
use super::{Candidate, LoginError, LoginOutcome};
use crate::connect::inquiry::Inquiry;
use crate::connect::renewal::renew_at;
use crate::connect::verify::Granted;
use crate::connect::{ConnectError, Connector};
use crate::domain::{AccessToken, Login, Timestamp};
use crate::graph::{Access, Inspection, LoginApp, ManagedPage, TokenGrant};
use crate::store::LoginState;

/// What the person's own token tells.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) token: AccessToken,
    pub(super) scopes: Vec<String>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) data_access_expires_at: Option<Timestamp>,
    /// The accounts that reading was permitted for; none: all.
    pub(super) ticked: Option<BTreeSet<String>>,
}

impl Person {
    /// Their Pages as they choose among them.
    pub(super) fn candidates(&self, pages: &[ManagedPage]) -> Vec<Candidate> {
        let ticked = self.ticked.as_ref();
        pages.iter().map(|page| candidate(page, ticked)).collect()
    }
}

impl Connector {
    pub(super) async fn by_facebook(
        &self,
        app: &LoginApp,
        state: &LoginState,
        grant: TokenGrant,
    ) -> Result<LoginOutcome, LoginError> {
        let mut inquiry = Inquiry::new(&self.graph, by_person(grant.token.clone(), None));
        let discovered = discover(&mut inquiry, app, grant, self.store.clock().now()).await;
        let (person, pages) = match discovered {
            Ok(discovered) => discovered,
            Err(error) => {
                inquiry.note(&self.store, None).await;
                return Err(error);
            }
        };
        let candidates = person.candidates(&pages);
        let chosen = pages.iter().zip(&candidates);
        let mut usable = chosen.filter(|(_, candidate)| candidate.hindrance.is_none());
        match (usable.next(), usable.next()) {
            (Some((only, _)), None) => {
                let keep = self.of_page(&person, state.workspace_id, listed(&state.scopes), only);
                let (access, keep) = keep?;
                inquiry.access = access;
                self.establish(inquiry, keep).await.map(LoginOutcome::Connected)
            }
            (Some(_), Some(_)) => {
                inquiry.note(&self.store, None).await;
                self.offer(state, person, &ordered(candidates)).await
            }
            (None, _) => {
                inquiry.note(&self.store, None).await;
                Err(if pages.is_empty() {
                    LoginError::NoPages
                } else {
                    LoginError::NoneUsable(ordered(candidates))
                })
            }
        }
    }

    /// The connection that a Page's account gets: calls are made with the Page's token, the person's is kept beside it.
    pub(super) fn of_page(
        &self,
        person: &Person,
        workspace: crate::domain::WorkspaceId,
        asked: Vec<String>,
        page: &ManagedPage,
    ) -> Result<(Access, Granted), LoginError> {
        let account = page.account.clone().ok_or(LoginError::NotAmong)?;
        let access = Access {
            login: Login::Facebook,
            token: page.token().unwrap_or_else(|| person.token.clone()),
            instagram_id: account.id.clone(),
            page_id: Some(page.id.clone()),
            user_id: Some(person.id.clone()),
        };
        let now = self.store.clock().now();
        Ok((
            access,
            Granted {
                workspace,
                profile: account.into(),
                facebook_id: Some(person.id.clone()),
                scopes: person.scopes.clone(),
                asked,
                // Without a token of the Page's the person's is the one that calls are made with, and that is renewed.
                user_token: page.token().map(|_| person.token.clone()),
                expires_at: person.expires_at,
                data_access_expires_at: person.data_access_expires_at,
                renew_at: renew_at(Login::Facebook, now, person.expires_at),
            },
        ))
    }
}

/// Access as the person.
pub(super) fn by_person(token: AccessToken, id: Option<String>) -> Access {
    Access {
        login: Login::Facebook,
        token,
        instagram_id: String::new(),
        page_id: None,
        user_id: id,
    }
}

/// Who the person is, what they granted, and the Pages that they shared.
async fn discover(
    inquiry: &mut Inquiry<'_>,
    app: &LoginApp,
    grant: TokenGrant,
    now: Timestamp,
) -> Result<(Person, Vec<ManagedPage>), LoginError> {
    let scopes = inquiry.scopes().await?;
    let told: Inspection = inquiry
        .inspect(app, &grant.token)
        .await
        .map_err(ConnectError::from)?;
    let id = told
        .user_id
        .clone()
        .ok_or_else(|| ConnectError::Unavailable("debug_token does not tell whose token it is".to_owned()))?;
    inquiry.access.user_id = Some(id.clone());
    let scopes = if scopes.is_empty() {
        told.scopes.clone()
    } else {
        scopes
    };
    let pages = shared_pages(inquiry, &scopes).await?;
    let person = Person {
        id,
        token: grant.token,
        scopes,
        expires_at: told.ends().or(grant.lives.map(|lives| now + lives)),
        data_access_expires_at: told.data_access_ends(),
        ticked: told.targets(Login::Facebook.basic_scope()).cloned(),
    };
    Ok((person, pages))
}

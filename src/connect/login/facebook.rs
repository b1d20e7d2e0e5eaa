//! Facebook Login: the person manages Pages, some of which have a professional account.

use serde::{Deserialize, Serialize};

use super::words::listed;
use super::{LoginError, LoginOutcome};
use crate::connect::inquiry::Inquiry;
use crate::connect::renewal::renew_at;
use crate::connect::verify::Granted;
use crate::connect::{ConnectError, Connector};
use crate::domain::{AccessToken, Login, TASKS_TO_READ, Timestamp};
use crate::graph::{Access, Inspection, LoginApp, ManagedPage, TokenGrant};
use crate::store::LoginState;

/// Most pages of Pages that are read: a hundred Pages each.
const MOST_PAGES: usize = 10;

/// A Page that the person shared, and whether its account can be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The Page's id.
    pub page_id: String,
    /// Its name.
    pub page_name: Option<String>,
    /// The professional account's id.
    pub account_id: Option<String>,
    /// Its user name.
    pub username: Option<String>,
    /// Why it cannot be connected.
    pub hindrance: Option<Hindrance>,
}

/// Why the account of a Page cannot be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// No professional account is linked to the Page.
    NoProfessionalAccount,
    /// The person may do nothing on the Page that reaches its account.
    MissingTask,
}

impl Hindrance {
    /// Stable: what programs decide by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoProfessionalAccount => "no-professional-account",
            Self::MissingTask => "missing-task",
        }
    }

    /// The same for people.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NoProfessionalAccount => "no professional Instagram account is linked to the Page",
            Self::MissingTask => "the person has no task on the Page that reaches its Instagram account",
        }
    }

    /// What to do.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::NoProfessionalAccount => {
                "Switch the Instagram account to a professional one, link it to the Page in the Page's settings, then begin again."
            }
            Self::MissingTask => {
                "Somebody who manages the Page must give the person a task on it, as MANAGE or MODERATE, or log in instead."
            }
        }
    }
}

/// What the person's own token tells.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) token: AccessToken,
    pub(super) scopes: Vec<String>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) data_access_expires_at: Option<Timestamp>,
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
        let mut usable = pages.iter().filter(|page| candidate(page).hindrance.is_none());
        match (usable.next(), usable.next()) {
            (Some(only), None) => {
                let keep = self.of_page(&person, state.workspace_id, listed(&state.scopes), only);
                let (access, keep) = keep?;
                inquiry.access = access;
                self.establish(inquiry, keep).await.map(LoginOutcome::Connected)
            }
            (Some(_), Some(_)) => {
                inquiry.note(&self.store, None).await;
                self.offer(state, person, &pages).await
            }
            (None, _) => {
                inquiry.note(&self.store, None).await;
                Err(if pages.is_empty() {
                    LoginError::NoPages
                } else {
                    LoginError::NoneUsable(pages.iter().map(candidate).collect())
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
    let pages = shared_pages(inquiry).await?;
    let person = Person {
        id,
        token: grant.token,
        scopes: if scopes.is_empty() {
            told.scopes.clone()
        } else {
            scopes
        },
        expires_at: told.ends().or(grant.lives.map(|lives| now + lives)),
        data_access_expires_at: told.data_access_ends(),
    };
    Ok((person, pages))
}

/// Every Page that the person shared, each once.
pub(in crate::connect) async fn shared_pages(
    inquiry: &mut Inquiry<'_>,
) -> Result<Vec<ManagedPage>, ConnectError> {
    let (mut pages, mut after): (Vec<ManagedPage>, Option<String>) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let page = inquiry.managed_pages(after.as_deref()).await?;
        for one in page.data {
            if !pages.iter().any(|known| known.id == one.id) {
                pages.push(one);
            }
        }
        after = page.after;
        if after.is_none() {
            break;
        }
    }
    Ok(pages)
}

/// A Page as a person sees it when they choose.
pub(super) fn candidate(page: &ManagedPage) -> Candidate {
    let reaches = page.tasks.is_empty()
        || page
            .tasks
            .iter()
            .any(|task| TASKS_TO_READ.contains(&task.as_str()));
    Candidate {
        page_id: page.id.clone(),
        page_name: page.name.clone(),
        account_id: page.account.as_ref().map(|account| account.id.clone()),
        username: page.account.as_ref().and_then(|account| account.username.clone()),
        hindrance: match (&page.account, reaches) {
            (None, _) => Some(Hindrance::NoProfessionalAccount),
            (Some(_), false) => Some(Hindrance::MissingTask),
            (Some(_), true) => None,
        },
    }
}

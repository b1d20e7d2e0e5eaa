//! A person with several accounts chooses one of them.

use std::collections::BTreeSet;
use std::time::Duration;

use super::candidate::candidate;
use super::facebook::{Person, by_person};
use super::pages::shared_pages;
use super::words::listed;
use super::{Candidate, Connected, Hindrance, LoginError, LoginOutcome};
use crate::connect::inquiry::Inquiry;
use crate::connect::keyring::Bound;
use crate::connect::{ConnectError, Connector, random};
use crate::domain::{AccountKey, Login, Timestamp, WorkspaceId};
use crate::graph::ManagedPage;
use crate::store::{ConnectSession, Connection, ConnectionState, LoginState, StoreError};

/// So long there is time to choose.
const CHOOSABLE: Duration = Duration::from_mins(30);

/// What can be chosen.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the workspace is called that the accounts are connected to.
    pub workspace: String,
    /// The Pages that the person shared, those that cannot be connected among them.
    pub candidates: Vec<Candidate>,
    /// Meta's ids of the accounts that the workspace has by Facebook Login already.
    pub connected: Vec<String>,
    /// Until when there is time.
    pub ends_at: Timestamp,
    /// Where the browser goes afterwards.
    pub return_to: Option<String>,
}

impl Connector {
    /// Keeps what the person logged in for until they choose.
    pub(super) async fn offer(
        &self,
        state: &LoginState,
        person: Person,
        candidates: &[Candidate],
    ) -> Result<LoginOutcome, LoginError> {
        let session = random::unguessable();
        let hash = random::hash(&session).expect("an id of our own making is short");
        let (key_id, token) = self.keyring.seal(Bound::Session(hash), &person.token);
        let kept = ConnectSession {
            hash: hash.to_vec(),
            workspace_id: state.workspace_id,
            facebook_user_id: person.id,
            asked: state.scopes.clone(),
            scopes: person.scopes.join(","),
            candidates: serde_json::to_string(candidates).expect("candidates are texts"),
            key_id,
            token,
            token_ends_at: person.expires_at,
            data_access_ends_at: person.data_access_expires_at,
            return_to: state.return_to.clone(),
            ends_at: self.store.clock().now() + CHOOSABLE,
        };
        self.store.keep_session(kept).await.map_err(ConnectError::from)?;
        let page = self.logins.session_page(&session);
        Ok(LoginOutcome::Choose { session, page })
    }

    /// What can be chosen in a session, which a workspace sees if it is its own.
    pub async fn session(&self, id: &str, workspace: Option<WorkspaceId>) -> Result<Session, LoginError> {
        let (kept, _) = self.kept(id, workspace).await?;
        let named = self.store.workspace_name(kept.workspace_id).await;
        Ok(Session {
            workspace: named.map_err(ConnectError::from)?,
            candidates: offered(&kept),
            connected: (self.connected(kept.workspace_id).await).map_err(ConnectError::from)?,
            ends_at: kept.ends_at,
            return_to: kept.return_to,
        })
    }

    async fn connected(&self, workspace: WorkspaceId) -> Result<Vec<String>, StoreError> {
        let connections = self.store.connections(Some(workspace)).await?;
        let works = |connection: &&Connection| {
            connection.login == Login::Facebook && connection.state == ConnectionState::Active
        };
        let keys: BTreeSet<AccountKey> = (connections.iter().filter(works))
            .map(|connection| connection.account_key)
            .collect();
        let accounts = self.store.accounts(Some(workspace)).await?.into_iter();
        let connected = accounts.filter(|account| keys.contains(&account.key));
        Ok(connected.map(|account| account.instagram_id).collect())
    }

    /// Connects the account of the chosen Page. The session goes on: the others may be connected as well.
    pub async fn choose(
        &self,
        id: &str,
        workspace: Option<WorkspaceId>,
        page_id: &str,
    ) -> Result<Connected, LoginError> {
        let (kept, hash) = self.kept(id, workspace).await?;
        // What was left out in the dialog the Pages do not tell.
        let unticked =
            |one: &Candidate| one.page_id == page_id && one.hindrance == Some(Hindrance::NotTicked);
        let ticked = !offered(&kept).iter().any(unticked);
        let token = self.keyring.open(Bound::Session(hash), &kept.key_id, &kept.token);
        let person = Person {
            id: kept.facebook_user_id,
            token: token.map_err(ConnectError::from)?,
            scopes: listed(&kept.scopes),
            expires_at: kept.token_ends_at,
            data_access_expires_at: kept.data_access_ends_at,
            ticked: None,
        };
        let access = by_person(person.token.clone(), Some(person.id.clone()));
        let mut inquiry = Inquiry::new(&self.graph, access);
        // Read again: what can be chosen may have changed, and no Page's token was kept.
        let pages = shared_pages(&mut inquiry, &person.scopes).await;
        let is_chosen = |page: &ManagedPage| page.id == page_id && candidate(page, None).hindrance.is_none();
        let chosen = pages.map(|pages| pages.into_iter().find(|page| ticked && is_chosen(page)));
        match chosen {
            Ok(Some(page)) => {
                let (access, keep) = self.of_page(&person, kept.workspace_id, listed(&kept.asked), &page)?;
                inquiry.access = access;
                self.establish(inquiry, keep).await
            }
            Ok(None) => {
                inquiry.note(&self.store, None).await;
                Err(LoginError::NotAmong)
            }
            Err(error) => {
                inquiry.note(&self.store, None).await;
                Err(error.into())
            }
        }
    }

    async fn kept(
        &self,
        id: &str,
        workspace: Option<WorkspaceId>,
    ) -> Result<(ConnectSession, [u8; 32]), LoginError> {
        let hash = random::hash(id).ok_or(LoginError::SessionEnded)?;
        let kept = self.store.session(hash, workspace).await;
        match kept {
            Ok(kept) => Ok((kept, hash)),
            Err(StoreError::NotFound(_)) => Err(LoginError::SessionEnded),
            Err(error) => Err(ConnectError::from(error).into()),
        }
    }
}

fn offered(kept: &ConnectSession) -> Vec<Candidate> {
    serde_json::from_str(&kept.candidates).unwrap_or_default()
}

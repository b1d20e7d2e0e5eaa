//! Leaving: connections end here at once, then Meta is told, as far as it lets itself be told.
//!
//! The tokens are destroyed before Meta is asked anything, so that a Meta that fails or is slow keeps none of them alive.
//! What could not be done there is said to whoever asked. Nothing is taken from connections that are left: a person's
//! permissions stay as long as another one, or a choice that they have yet to make elsewhere, needs them, and the
//! subscription of who came back at once stays, too.

use futures_util::future::join_all;

use super::inquiry::Inquiry;
use super::{Keyring, KeyringError, open, open_user};
use crate::domain::{AccessToken, ConnectionId, Login};
use crate::graph::{Access, Graph, GraphError};
use crate::store::{Connection, Store, StoreError};

/// What became of something at Meta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtMeta {
    /// It is done.
    Done,
    /// It was left as it is: another connection needs it, or a choice that is open in another workspace.
    StillNeeded,
    /// Meta has no call for it.
    Impossible,
    /// Meta refused, or did not answer.
    Failed,
}

impl AtMeta {
    /// Stable: what programs decide by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::StillNeeded => "still_needed",
            Self::Impossible => "impossible",
            Self::Failed => "failed",
        }
    }
}

/// A connection that was removed here, and what became of it at Meta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The removed connection.
    pub connection: ConnectionId,
    /// Its login product.
    pub login: Login,
    /// Whether Meta was told to send no more webhooks.
    pub unsubscribed: AtMeta,
    /// Whether the person's permissions were taken back.
    pub revoked: AtMeta,
}

impl Parting {
    /// What a person may want to do about what was not done.
    pub fn advice(&self) -> impl Iterator<Item = &'static str> {
        let revoking = match (self.login, self.revoked) {
            (Login::Instagram, AtMeta::Impossible) => Some(
                "Meta has no call that takes an Instagram login back: remove the app in Instagram's settings, under \
                 Website permissions > Apps and websites.",
            ),
            (_, AtMeta::Failed | AtMeta::Impossible) => Some(
                "Meta still counts the app as permitted: the person can remove it in Facebook's settings, under \
                 Business integrations.",
            ),
            (_, AtMeta::Done | AtMeta::StillNeeded) => None,
        };
        // Where the app was removed no webhooks come, whatever became of the subscription.
        let lingers = self.unsubscribed == AtMeta::Failed && self.revoked != AtMeta::Done;
        let lingering = "Webhooks may go on coming for the account: they are kept, and wait for it to be connected again.";
        revoking.into_iter().chain(lingers.then_some(lingering))
    }
}

/// Removes connections with their tokens, then unsubscribes them and takes their permissions back at Meta. Only removing
/// must succeed. Without keys no token can be opened, and Meta is told nothing.
pub async fn part(
    store: &Store,
    graph: &Graph,
    keyring: Option<&Keyring>,
    connections: Vec<Connection>,
) -> Result<Vec<Parting>, StoreError> {
    let mut leavers = Vec::new();
    for connection in &connections {
        let account = store.account(connection.account_key).await?;
        let instagram_id = account.map(|account| account.instagram_id).unwrap_or_default();
        leavers.push(keyring.and_then(|keyring| Leaver::of(keyring, connection, &instagram_id)));
    }
    store.disconnect(&connections).await?;
    let told = connections
        .iter()
        .zip(leavers)
        .map(|(connection, leaver)| tell_meta(store, graph, connection, leaver));
    Ok(join_all(told).await)
}

/// What is needed to leave.
struct Leaver {
    access: Access,
    /// The person's own token: a Page's cannot take permissions back.
    person: AccessToken,
}

impl Leaver {
    fn of(keyring: &Keyring, connection: &Connection, instagram_id: &str) -> Option<Self> {
        let opened = || -> Result<Self, KeyringError> {
            let access = open(keyring, connection, instagram_id)?;
            let person = open_user(keyring, connection)?.unwrap_or_else(|| access.token.clone());
            Ok(Self { access, person })
        };
        opened()
            .inspect_err(|error| {
                tracing::warn!(connection.id = %connection.id, error = %error, "could not open a token to leave with");
            })
            .ok()
    }
}

async fn tell_meta(store: &Store, graph: &Graph, connection: &Connection, leaver: Option<Leaver>) -> Parting {
    let mut parting = Parting {
        connection: connection.id,
        login: connection.login,
        unsubscribed: AtMeta::Failed,
        revoked: match connection.login {
            Login::Facebook => AtMeta::Failed,
            Login::Instagram => AtMeta::Impossible,
        },
    };
    let used = store.still_used(connection).await.inspect_err(|error| {
        tracing::warn!(connection.id = %connection.id, error = %error, "could not see what other connections need");
    });
    let (Some(leaver), Ok(used)) = (leaver, used) else {
        return parting;
    };
    let instagram_id = leaver.access.instagram_id.clone();
    let mut inquiry = Inquiry::new(graph, leaver.access);
    inquiry.speaks_for(&instagram_id);
    let mut reached = true;
    if used.subscription {
        parting.unsubscribed = AtMeta::StillNeeded;
    } else {
        let unsubscribed = inquiry.unsubscribe().await;
        reached = is_answer(&unsubscribed);
        parting.unsubscribed = outcome(connection, "unsubscribe", unsubscribed);
    }
    parting.revoked = match (connection.login, &connection.facebook_user_id) {
        // Whose permissions these are is not known, nor who else lives by them.
        (Login::Instagram, _) | (_, None) => AtMeta::Impossible,
        (Login::Facebook, Some(_)) if used.person => AtMeta::StillNeeded,
        (Login::Facebook, Some(_)) if !reached => AtMeta::Failed,
        (Login::Facebook, Some(_)) => {
            forget_choices(store, connection).await;
            outcome(connection, "revoke", inquiry.revoke(leaver.person).await)
        }
    };
    inquiry.note(store, Some(connection.account_key)).await;
    parting
}

/// What the person could still choose here goes with their permissions: its page would only fail.
async fn forget_choices(store: &Store, connection: &Connection) {
    if let Err(error) = store.forget_choices(connection).await {
        tracing::warn!(connection.id = %connection.id, error = %error, "could not forget what was still to be chosen");
    }
}

/// Who does not answer is not asked a second time: somebody waits.
fn is_answer(outcome: &Result<(), GraphError>) -> bool {
    outcome
        .as_ref()
        .err()
        .is_none_or(|error| error.call.status.is_some())
}

fn outcome(connection: &Connection, what: &'static str, outcome: Result<(), GraphError>) -> AtMeta {
    match outcome {
        Ok(()) => AtMeta::Done,
        Err(error) => {
            tracing::warn!(connection.id = %connection.id, error = %error, "could not {what} a removed connection at Meta");
            AtMeta::Failed
        }
    }
}

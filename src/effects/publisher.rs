//! Which account a post is to be published by, and whether it can.

use std::collections::BTreeMap;

use super::Effects;
use super::access::usable;
use super::error::{EffectError, Hindrance};
use crate::domain::{Account, AccountKey, Login, WorkspaceId};
use crate::store::{Connection, StoreError};

/// Who publishes.
pub(super) struct Publisher {
    /// The account, if it can be told which is meant.
    pub(super) account: Option<Account>,
    /// Why it cannot publish; none: it can.
    pub(super) hindrance: Option<Hindrance>,
    /// The login products by which it can.
    pub(super) logins: Vec<Login>,
}

impl Publisher {
    fn nobody(why: Hindrance) -> Self {
        Self {
            account: None,
            hindrance: Some(why),
            logins: Vec::new(),
        }
    }

    fn with(account: Account, connections: &[Connection]) -> Self {
        let (logins, hindrance) = ways(connections);
        Self {
            account: Some(account),
            hindrance: if logins.is_empty() { Some(hindrance) } else { None },
            logins,
        }
    }
}

impl Effects {
    /// The account that is named; else the only one that can publish; else the only one that is connected.
    pub(super) async fn publisher(
        &self,
        workspace: Option<WorkspaceId>,
        named: Option<&str>,
    ) -> Result<Publisher, StoreError> {
        let mut accounts = self.store.accounts(workspace).await?;
        accounts.retain(|account| account.workspace_id.is_some());
        if let Some(id) = named {
            let Some(account) = accounts.into_iter().find(|account| account.instagram_id == id) else {
                return Ok(Publisher::nobody(Hindrance::UnknownAccount));
            };
            let connections = self.store.connections_of(account.key).await?;
            return Ok(Publisher::with(account, &connections));
        }
        let mut connected = BTreeMap::<AccountKey, Vec<Connection>>::new();
        for connection in self.store.connections(workspace).await? {
            connected
                .entry(connection.account_key)
                .or_default()
                .push(connection);
        }
        let of_accounts = accounts
            .into_iter()
            .filter_map(|account| Some((connected.remove(&account.key)?, account)));
        let all = of_accounts.map(|(connections, account)| Publisher::with(account, &connections));
        let (able, unable): (Vec<_>, Vec<_>) = all.partition(|one| one.hindrance.is_none());
        Ok(only(if able.is_empty() { unable } else { able }))
    }

    /// The workspace of the account that is named, or meant: what is uploaded for its posts is that one's.
    pub async fn owner(
        &self,
        workspace: Option<WorkspaceId>,
        named: Option<&str>,
    ) -> Result<WorkspaceId, EffectError> {
        let publisher = self.publisher(workspace, named).await?;
        let owner = publisher.account.and_then(|account| account.workspace_id);
        owner.ok_or(EffectError::Hindered(
            publisher.hindrance.unwrap_or(Hindrance::NotConnected),
        ))
    }

    /// The login products by which an account can publish.
    pub(super) async fn logins_of(&self, account: AccountKey) -> Result<Vec<Login>, StoreError> {
        Ok(ways(&self.store.connections_of(account).await?).0)
    }
}

fn only(mut publishers: Vec<Publisher>) -> Publisher {
    match (publishers.pop(), publishers.is_empty()) {
        (Some(one), true) => one,
        (Some(_), false) => Publisher::nobody(Hindrance::AccountNotNamed),
        (None, _) => Publisher::nobody(Hindrance::NotConnected),
    }
}

/// The login products by which connections can publish, and what hinders the others.
fn ways(connections: &[Connection]) -> (Vec<Login>, Hindrance) {
    let mut logins = Vec::new();
    let mut hindrance = Hindrance::NotConnected;
    for connection in connections {
        match usable(connection) {
            Ok(()) => logins.push(connection.login),
            Err(why) => hindrance = why,
        }
    }
    (logins, hindrance)
}

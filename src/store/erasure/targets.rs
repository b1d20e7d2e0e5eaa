//! What is a person's: the connections that they gave, the accounts that they are.

use std::collections::BTreeSet;

use super::super::StoreError;
use super::super::db::{Ids, Sql, Texts, Tx, in_list};
use super::Person;
use crate::domain::{AccountKey, ConnectionId, Login, WorkspaceId};

/// A connection that the person gave.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct Bond {
    pub(super) id: ConnectionId,
    pub(super) account_key: AccountKey,
    login: Login,
    /// Given after the request was signed.
    later: bool,
}

/// An account that is the person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Own {
    pub(super) key: AccountKey,
    pub(super) instagram_id: String,
    pub(super) workspace_id: Option<WorkspaceId>,
}

/// What an erasure finds of a person.
#[derive(Debug, Default)]
pub(super) struct Theirs {
    /// Connections to accounts that are not the person.
    pub(super) bonds: Vec<Bond>,
    /// Accounts that are.
    pub(super) accounts: Vec<Own>,
    /// Every id that those go by.
    pub(super) ids: BTreeSet<String>,
    /// They have connected again since: the request is an old one, and looks for nobody any more.
    pub(super) came_back: bool,
}

impl Theirs {
    pub(super) const fn is_empty(&self) -> bool {
        self.bonds.is_empty() && self.accounts.is_empty()
    }

    pub(super) fn keys(&self) -> Ids {
        Ids::of(self.accounts.iter().map(|account| account.key.uuid()))
    }
}

const BONDS: &str = "SELECT c.id, c.account_key, c.login, c.created_at > $2 AS later FROM connections c
    WHERE (c.login = 'facebook' AND c.facebook_user_id = $1)
        OR (c.login = 'instagram' AND (c.app_scoped_id = $1
            OR c.account_key IN (SELECT account_key FROM account_ids WHERE id = $1)))
    ORDER BY c.id";

const ACCOUNTS: &str = "SELECT t.account_key,
        EXISTS (SELECT 1 FROM connections n WHERE n.account_key = t.account_key AND n.created_at > $2) AS later
    FROM (SELECT account_key FROM account_ids WHERE id = $1
        UNION SELECT account_key FROM connections WHERE login = 'instagram' AND app_scoped_id = $1) AS t";

macro_rules! ids {
    ($list:literal, $lock:literal) => {
        concat!(
            "SELECT id FROM account_ids WHERE account_key ",
            $list,
            " ORDER BY id ",
            $lock
        )
    };
}

/// Locked: whoever stores events under these ids does so before, and they are removed, or after, and finds none.
const IDS: Sql = Sql {
    sqlite: ids!("IN (SELECT unhex(value) FROM json_each($1))", ""),
    postgres: ids!("= ANY($1)", "FOR UPDATE"),
};

/// Also accounts that turned out to be another name of one of these: some of their rows stayed.
const OWN: Sql = in_list!(
    "SELECT key, instagram_id, workspace_id FROM accounts WHERE erased_at IS NULL AND instagram_id",
    "$1",
    " ORDER BY key"
);

/// The connections that a person had given when the request was signed, and where the id is an account's, those by
/// Instagram Login to it.
pub(super) async fn bonds(tx: &mut Tx, person: &Person) -> Result<Vec<Bond>, StoreError> {
    let mut bonds = all_bonds(tx, person).await?;
    bonds.retain(|bond| !bond.later);
    Ok(bonds)
}

async fn all_bonds(tx: &mut Tx, person: &Person) -> Result<Vec<Bond>, StoreError> {
    let query = tx.query(BONDS).bind(person.id.clone());
    let mut bonds: Vec<Bond> = query.bind(person.connected_until()).all().await?;
    // Which secret Meta signs with is not documented: the other product is looked at where this one knows nobody.
    if let Some(login) = person.login
        && bonds.iter().any(|bond| bond.login == login)
    {
        bonds.retain(|bond| bond.login == login);
    }
    Ok(bonds)
}

/// All that an erasure takes: an account only if the id is the account.
pub(super) async fn of(tx: &mut Tx, person: &Person) -> Result<Theirs, StoreError> {
    let (later, mut bonds): (Vec<_>, Vec<_>) = all_bonds(tx, person)
        .await?
        .into_iter()
        .partition(|bond| bond.later);
    bonds.retain(|bond| bond.login == Login::Facebook);
    if !later.is_empty() || (person.login == Some(Login::Facebook) && !bonds.is_empty()) {
        return Ok(Theirs {
            bonds,
            came_back: !later.is_empty(),
            ..Theirs::default()
        });
    }
    let query = tx.query(ACCOUNTS).bind(person.id.clone());
    let found: Vec<(AccountKey, bool)> = query.bind(person.connected_until()).all().await?;
    if found.iter().any(|(_, later)| *later) {
        return Ok(Theirs {
            bonds,
            came_back: true,
            ..Theirs::default()
        });
    }
    let found = Ids::of(found.into_iter().map(|(key, _)| key.uuid()));
    let ids: Vec<(String,)> = tx.query(IDS).bind(found).all().await?;
    let ids: BTreeSet<String> = ids.into_iter().map(|(id,)| id).collect();
    let accounts: Vec<Own> = tx.query(OWN).bind(Texts::of(ids.iter().cloned())).all().await?;
    bonds.retain(|bond| accounts.iter().all(|own| own.key != bond.account_key));
    Ok(Theirs {
        bonds,
        accounts,
        ids,
        came_back: false,
    })
}

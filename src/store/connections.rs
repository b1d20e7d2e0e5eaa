//! Connections: an account's access under one login product, its tokens sealed.

use std::collections::BTreeSet;
use std::time::Duration;

use super::db::{Query, Sql, Tx};
use super::feed::{self, FeedEntry};
use super::{Store, StoreError, lanes};
use crate::domain::{AccountKey, ConnectionId, Login, ParkedOn, Timestamp, WorkspaceId};

/// The first probe of a parked connection comes after this; each further one after twice as long.
const FIRST_PROBE: Duration = Duration::from_mins(15);
/// No longer than this between probes.
const LAST_PROBE: Duration = Duration::from_hours(6);
/// A connection that fails again so soon after a probe found it working was not cured.
const RELAPSE: Duration = Duration::from_hours(1);

/// Whether a connection works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum ConnectionState {
    /// Its token works.
    Active,
    /// The person must connect again.
    NeedsReconnect,
    /// A permission is missing.
    MissingScopes,
}

/// A connection as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Connection {
    /// Its id; part of what the seal is bound to.
    pub id: ConnectionId,
    /// The account it speaks for.
    pub account_key: AccountKey,
    /// The login product.
    pub login: Login,
    /// Whether it works.
    pub state: ConnectionState,
    /// Why not.
    pub state_reason: Option<String>,
    /// Grows with each change of the connection.
    pub generation: i64,
    /// Granted permissions, comma-separated; empty where Meta does not tell.
    pub scopes: String,
    /// The Page through which it works.
    pub page_id: Option<String>,
    /// The person on Facebook.
    pub facebook_user_id: Option<String>,
    /// The key that sealed the token.
    pub key_id: String,
    /// The sealed token.
    pub token: Vec<u8>,
    /// When the token ends, if known.
    pub expires_at: Option<Timestamp>,
    /// Probes made since it was parked.
    pub probe_tries: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A verified connection to be stored.
#[derive(Clone, Debug)]
pub struct NewConnection {
    /// Its id; part of what the seal is bound to.
    pub id: ConnectionId,
    /// The tenant that connects it.
    pub workspace: WorkspaceId,
    /// The login product.
    pub login: Login,
    /// The professional account's id.
    pub instagram_id: String,
    /// Its user name.
    pub username: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its type, as Meta tells it.
    pub account_type: Option<String>,
    /// The id that only this app knows it by.
    pub app_scoped_id: Option<String>,
    /// The Page through which it works.
    pub page_id: Option<String>,
    /// The person on Facebook.
    pub facebook_user_id: Option<String>,
    /// Granted permissions.
    pub scopes: Vec<String>,
    /// The key that sealed the token.
    pub key_id: String,
    /// The sealed token.
    pub token: Vec<u8>,
    /// When the token ends, if known.
    pub expires_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "SELECT c.id, c.account_key, c.login, c.state, c.state_reason, c.generation, c.scopes, c.page_id,
        c.facebook_user_id, c.key_id, c.token, c.expires_at, c.probe_tries, c.updated_at
    FROM connections c JOIN accounts a ON a.key = c.account_key WHERE ";

fn only(query: Query<'_>, workspace: Option<WorkspaceId>) -> Query<'_> {
    match workspace {
        Some(workspace) => query.push_bind("a.workspace_id = ", workspace),
        None => query.push("a.workspace_id IS NOT NULL"),
    }
}

impl Store {
    /// An account's connections, Facebook's first.
    pub async fn connections_of(&self, account: AccountKey) -> Result<Vec<Connection>, StoreError> {
        let query = self.db.query(COLUMNS).push_bind("c.account_key = ", account);
        Ok(query.push(" ORDER BY c.login").all().await?)
    }

    /// A workspace's connections, or all.
    pub async fn connections(&self, workspace: Option<WorkspaceId>) -> Result<Vec<Connection>, StoreError> {
        Ok(only(self.db.query(COLUMNS), workspace)
            .push(" ORDER BY c.id")
            .all()
            .await?)
    }

    /// One connection, if the workspace may see it.
    pub async fn connection(
        &self,
        id: ConnectionId,
        workspace: Option<WorkspaceId>,
    ) -> Result<Connection, StoreError> {
        let query = only(self.db.query(COLUMNS), workspace).push_bind(" AND c.id = ", id);
        query.optional().await?.ok_or(StoreError::NotFound("connection"))
    }

    /// The parked connections whose probe is due.
    pub async fn due_probes(&self, limit: i64) -> Result<Vec<Connection>, StoreError> {
        let query = self
            .db
            .query(COLUMNS)
            .push_bind("c.probe_at <= ", self.clock.now());
        Ok(query
            .push_bind(" ORDER BY c.probe_at LIMIT ", limit)
            .all()
            .await?)
    }

    /// Stores a verified connection: the account is the workspace's, its events are adopted and its lane is freed.
    /// [`StoreError::Conflict`] if another workspace owns the account.
    pub async fn connect(&self, new: NewConnection) -> Result<ConnectionId, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let account = own(&mut tx, &new, now).await?;
        let strangers = learn_ids(&mut tx, account, &new).await?;
        lanes::hold(&mut tx, strangers.iter().copied().chain([account])).await?;
        for stranger in strangers {
            super::adopt::merge(&mut tx, stranger, account).await?;
        }
        let id = upsert(&mut tx, account, &new, now).await?;
        lanes::unpark(&mut tx, account, now).await?;
        free_parked(&mut tx, account, now).await?;
        let told = FeedEntry {
            account_key: account,
            kind: "account.connected",
            object_id: new.instagram_id.clone(),
            event_id: None,
        };
        feed::tell(&mut tx, &[told], now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Removes a connection and its token. The account's history stays; with its last connection its lane is parked,
    /// else it goes on by the one that is left, whatever the other one made it rest for.
    pub async fn disconnect(&self, connection: &Connection) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lanes::hold(&mut tx, [connection.account_key]).await?;
        tx.query("DELETE FROM connections WHERE id = $1")
            .bind(connection.id)
            .execute()
            .await?;
        let query = tx.query(
            "UPDATE lanes SET parked_on = $2, due_at = NULL WHERE account_key = $1
            AND NOT EXISTS (SELECT 1 FROM connections WHERE account_key = $1 AND state = 'active')",
        );
        let query = query
            .bind(connection.account_key)
            .bind(ParkedOn::Reconnect.to_string());
        if query.execute().await? == 0 {
            lanes::unpark(&mut tx, connection.account_key, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A probe found the connection working again: its lane is freed. Nothing happens if it changed meanwhile.
    pub async fn cured(&self, connection: &Connection) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lanes::hold(&mut tx, [connection.account_key]).await?;
        let query = tx
            .query(
                "UPDATE connections SET state = 'active', state_reason = NULL, generation = generation + 1,
                    probe_at = NULL, updated_at = $3 WHERE id = $1 AND generation = $2",
            )
            .bind(connection.id)
            .bind(connection.generation);
        if query.bind(now).execute().await? == 0 {
            return Ok(());
        }
        lanes::unpark(&mut tx, connection.account_key, now).await?;
        free_parked(&mut tx, connection.account_key, now).await?;
        Ok(tx.commit().await?)
    }

    /// Takes on a due probe, for one process only; the next one comes later, unless this one finds a cure.
    pub async fn claim_probe(&self, connection: &Connection) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let query = tx
            .query(
                "UPDATE connections SET probe_at = $3, probe_tries = probe_tries + 1
                WHERE id = $1 AND generation = $2 AND probe_at <= $4",
            )
            .bind(connection.id)
            .bind(connection.generation)
            .bind(now + until_probe(connection.probe_tries + 1));
        let claimed = query.bind(now).execute().await?;
        tx.commit().await?;
        Ok(claimed > 0)
    }
}

/// Twice as long with each probe.
fn until_probe(tries: i64) -> Duration {
    let doublings = u32::try_from(tries).unwrap_or(u32::MAX).min(16);
    (FIRST_PROBE * (1 << doublings)).min(LAST_PROBE)
}

/// Marks the connection under which a cause was met, if it is still the one that was used.
pub(super) async fn blame(
    tx: &mut Tx,
    id: ConnectionId,
    generation: i64,
    cause: &ParkedOn,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = tx.query("SELECT probe_tries, updated_at FROM connections WHERE id = $1 AND generation = $2");
    let before: Option<(i64, Timestamp)> = query.bind(id).bind(generation).optional().await?;
    let Some((tries, updated_at)) = before else {
        return Ok(false);
    };
    // What a probe took for a cure was none: a probe sees that the account answers, not every permission.
    let tries = if now.since(updated_at) < RELAPSE { tries } else { 0 };
    let state = match cause {
        ParkedOn::Scope(_) => "missing_scopes",
        _ => "needs_reconnect",
    };
    let changed = tx
        .query(
            "UPDATE connections SET state = $3, state_reason = $4, probe_at = $5, probe_tries = $6, updated_at = $7
            WHERE id = $1 AND generation = $2",
        )
        .bind(id)
        .bind(generation)
        .bind(state.to_owned())
        .bind(cause.to_string())
        .bind(now + until_probe(tries))
        .bind(tries)
        .bind(now)
        .execute()
        .await?;
    Ok(changed > 0)
}

/// The account of the connection, owned by its workspace from now on.
async fn own(tx: &mut Tx, new: &NewConnection, now: Timestamp) -> Result<AccountKey, StoreError> {
    tx.query(
        "INSERT INTO accounts (key, instagram_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(AccountKey::at(now))
    .bind(new.instagram_id.clone())
    .bind(now)
    .execute()
    .await?;
    let owned: Option<(AccountKey,)> = tx
        .query(
            "UPDATE accounts SET workspace_id = $2, username = COALESCE($3, username), name = COALESCE($4, name),
                account_type = COALESCE($5, account_type)
            WHERE instagram_id = $1 AND (workspace_id IS NULL OR workspace_id = $2) RETURNING key",
        )
        .bind(new.instagram_id.clone())
        .bind(new.workspace)
        .bind(new.username.clone())
        .bind(new.name.clone())
        .bind(new.account_type.clone())
        .optional()
        .await?;
    owned
        .map(|(key,)| key)
        .ok_or(StoreError::Conflict("the account belongs to another workspace"))
}

macro_rules! owner {
    ($lock:literal) => {
        concat!("SELECT account_key FROM account_ids WHERE id = $1 ", $lock)
    };
}

/// Locked: whoever stores events under this id does so before, and they are moved, or after, and finds this account.
const OWNER: Sql = Sql {
    sqlite: owner!(""),
    postgres: owner!("FOR UPDATE"),
};

/// From now on these ids mean this account. Gives the accounts they meant before.
async fn learn_ids(
    tx: &mut Tx,
    account: AccountKey,
    new: &NewConnection,
) -> Result<BTreeSet<AccountKey>, StoreError> {
    let ids: BTreeSet<&String> = [&new.app_scoped_id, &new.page_id]
        .into_iter()
        .flatten()
        .chain([&new.instagram_id])
        .collect();
    let mut strangers = BTreeSet::new();
    for id in ids {
        tx.query("INSERT INTO account_ids (id, account_key) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id.clone())
            .bind(account)
            .execute()
            .await?;
        let (owner,): (AccountKey,) = tx.query(OWNER).bind(id.clone()).one().await?;
        if owner != account {
            strangers.insert(owner);
        }
    }
    Ok(strangers)
}

async fn upsert(
    tx: &mut Tx,
    account: AccountKey,
    new: &NewConnection,
    now: Timestamp,
) -> Result<ConnectionId, StoreError> {
    // The seal is bound to the id: the new row replaces the old one, id and all; the generation goes on.
    let before: Option<(i64,)> = tx
        .query("DELETE FROM connections WHERE account_key = $1 AND login = $2 RETURNING generation")
        .bind(account)
        .bind(new.login.as_str().to_owned())
        .optional()
        .await?;
    tx.query(
        "INSERT INTO connections (id, account_key, login, state, generation, scopes, app_scoped_id, page_id,
            facebook_user_id, key_id, token, issued_at, expires_at, created_at, updated_at)
        VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $11)",
    )
    .bind(new.id)
    .bind(account)
    .bind(new.login.as_str().to_owned())
    .bind(before.map_or(1, |(generation,)| generation + 1))
    .bind(new.scopes.join(","))
    .bind(new.app_scoped_id.clone())
    .bind(new.page_id.clone())
    .bind(new.facebook_user_id.clone())
    .bind(new.key_id.clone())
    .bind(new.token.clone())
    .bind(now)
    .bind(new.expires_at)
    .execute()
    .await?;
    Ok(new.id)
}

/// Frees the events that were parked one by one for something that a new connection may have cured.
async fn free_parked(tx: &mut Tx, account: AccountKey, now: Timestamp) -> Result<(), StoreError> {
    loop {
        let rows: Vec<(crate::domain::EventId,)> = tx
            .query(
                "SELECT id FROM webhook_events WHERE COALESCE(account_key, account_key) = $1
                AND state = 'parked' AND state IN ('parked', 'dead')
                AND (reason_code IN ('reconnect', 'forbidden-object') OR reason_code LIKE 'scope:%') LIMIT 1000",
            )
            .bind(account)
            .all()
            .await?;
        let ids: Vec<_> = rows.into_iter().map(|(id,)| id).collect();
        if super::events::requeue(tx, &ids, 0, now).await? == 0 {
            return Ok(());
        }
    }
}

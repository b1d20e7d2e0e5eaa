//! A connection as it is stored, and reading it.

use crate::domain::{AccountKey, ConnectionId, Login, Timestamp, WorkspaceId};
use crate::store::db::{Query, Tx};
use crate::store::{Store, StoreError};

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
    /// Meta restricts the account.
    Restricted,
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
    /// The key that sealed the person's own token, beside the Page's.
    pub user_key_id: Option<String>,
    /// The person's own token, sealed.
    pub user_token: Option<Vec<u8>>,
    /// Permissions that were asked for, comma-separated; empty where a token was given.
    pub asked: String,
    /// Fields that webhooks come for, comma-separated; none: it was not looked.
    pub subscribed: Option<String>,
    /// When the token was given.
    pub issued_at: Option<Timestamp>,
    /// When the token ends, if known.
    pub expires_at: Option<Timestamp>,
    /// When the token stops reading, though it goes on being valid, if known.
    pub data_access_expires_at: Option<Timestamp>,
    /// When the token is to be renewed; none: it cannot be, or need not.
    pub renew_at: Option<Timestamp>,
    /// Renewals tried since the last one that succeeded.
    pub renew_tries: i64,
    /// Why the last renewal failed.
    pub renew_error: Option<String>,
    /// Page tasks of the person who connected it, comma-separated; none: not known.
    pub tasks: Option<String>,
    /// When Meta was last asked about it, and answered.
    pub looked_at: Option<Timestamp>,
    /// Looks that failed since.
    pub look_tries: i64,
    /// Why the last look failed.
    pub look_error: Option<String>,
    /// Of how many days ahead of its end it was told last.
    pub forecast_days: Option<i64>,
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
    /// The person's own token beside the Page's, sealed, and the key that sealed it.
    pub user_token: Option<(String, Vec<u8>)>,
    /// Permissions that were asked for; empty where a token was given.
    pub asked: Vec<String>,
    /// When the token ends, if known.
    pub expires_at: Option<Timestamp>,
    /// When the token stops reading, though it goes on being valid, if known.
    pub data_access_expires_at: Option<Timestamp>,
    /// When the token is to be renewed; none: it cannot be, or need not.
    pub renew_at: Option<Timestamp>,
}

pub(super) const COLUMNS: &str =
    "SELECT c.id, c.account_key, c.login, c.state, c.state_reason, c.generation, c.scopes, c.page_id,
        c.facebook_user_id, c.key_id, c.token, c.user_key_id, c.user_token, c.asked, c.subscribed, c.issued_at,
        c.expires_at, c.data_access_expires_at, c.renew_at, c.renew_tries, c.renew_error, c.tasks, c.looked_at, c.look_tries,
        c.look_error, c.forecast_days, c.probe_tries, c.updated_at
    FROM connections c JOIN accounts a ON a.key = c.account_key WHERE ";

/// The connection of this id, as the transaction sees it.
pub(super) async fn of_id(tx: &mut Tx, id: ConnectionId) -> Result<Connection, StoreError> {
    Ok(tx.query(COLUMNS).push_bind("c.id = ", id).one().await?)
}

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
}

//! Storing a verified connection: the account and its ids become the workspace's, and what waited is freed.

use std::collections::BTreeSet;

use super::model::{self, Connection, NewConnection};
use crate::domain::{AccountKey, Timestamp};
use crate::store::db::{Sql, Tx};
use crate::store::feed::{self, FeedEntry};
use crate::store::{Store, StoreError, erasure, lanes};

/// How often connecting that lost against another transaction, as one that erases, is done again: what it rests on is a
/// login that cannot be answered twice.
const CONTENTION_TRIES: usize = 5;

impl Store {
    /// Stores a verified connection: the account is the workspace's, its events are adopted and its lane is freed.
    /// [`StoreError::Conflict`] if another workspace owns the account.
    pub async fn connect(&self, new: NewConnection) -> Result<Connection, StoreError> {
        for _ in 1..CONTENTION_TRIES {
            match self.connect_once(&new).await {
                Err(error) if error.is_contention() => {}
                done => return done,
            }
        }
        self.connect_once(&new).await
    }

    async fn connect_once(&self, new: &NewConnection) -> Result<Connection, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let account = own(&mut tx, new, now).await?;
        let strangers = learn_ids(&mut tx, account, new).await?;
        lanes::hold(&mut tx, strangers.iter().copied().chain([account])).await?;
        for stranger in strangers {
            crate::store::adopt::merge(&mut tx, stranger, account).await?;
        }
        upsert(&mut tx, account, new, now).await?;
        lanes::unpark(&mut tx, account, now).await?;
        free_parked(&mut tx, account, now).await?;
        let told = FeedEntry {
            account_key: account,
            kind: "account.connected",
            object_id: new.instagram_id.clone(),
            event_id: None,
        };
        feed::tell(&mut tx, &[told], now).await?;
        // Read here: another login may replace it as soon as it stands.
        let connection = model::of_id(&mut tx, new.id).await?;
        tx.commit().await?;
        Ok(connection)
    }
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
    erasure::revive(tx, ids.iter().copied()).await?;
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
) -> Result<(), StoreError> {
    // The seal is bound to the id: the new row replaces the old one, id and all; the generation goes on.
    let before: Option<(i64,)> = tx
        .query("DELETE FROM connections WHERE account_key = $1 AND login = $2 RETURNING generation")
        .bind(account)
        .bind(new.login.as_str().to_owned())
        .optional()
        .await?;
    let (user_key_id, user_token) = new.user_token.clone().unzip();
    tx.query(
        "INSERT INTO connections (id, account_key, login, state, generation, scopes, app_scoped_id, page_id,
            facebook_user_id, key_id, token, user_key_id, user_token, asked, issued_at, expires_at,
            data_access_expires_at, renew_at, created_at, updated_at)
        VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $8, $9, $10, $13, $14, $15, $11, $12, $16, $17, $11, $11)",
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
    .bind(user_key_id)
    .bind(user_token)
    .bind(new.asked.join(","))
    .bind(new.data_access_expires_at)
    .bind(new.renew_at)
    .execute()
    .await?;
    Ok(())
}

/// Frees the events that were parked one by one for something that a new connection may have cured.
pub(super) async fn free_parked(tx: &mut Tx, account: AccountKey, now: Timestamp) -> Result<(), StoreError> {
    loop {
        let rows: Vec<(crate::domain::EventId,)> = tx
            .query(
                "SELECT id FROM webhook_events WHERE COALESCE(account_key, account_key) = $1
                AND state = 'parked' AND state IN ('parked', 'dead')
                AND (reason_code IN ('reconnect', 'restricted', 'forbidden-object') OR reason_code LIKE 'scope:%') LIMIT 1000",
            )
            .bind(account)
            .all()
            .await?;
        let ids: Vec<_> = rows.into_iter().map(|(id,)| id).collect();
        if crate::store::events::requeue(tx, &ids, 0, now).await? == 0 {
            return Ok(());
        }
    }
}

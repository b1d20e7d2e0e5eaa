//! Connections that stop working, are probed, and work again.

use std::time::Duration;

use super::connect::free_parked;
use super::model::{COLUMNS, Connection};
use crate::domain::{AccountKey, ConnectionId, ParkedOn, Timestamp};
use crate::store::db::Tx;
use crate::store::feed::{self, FeedEntry};
use crate::store::{Store, StoreError, lanes};

/// The first probe of a parked connection comes after this; each further one after twice as long.
const FIRST_PROBE: Duration = Duration::from_mins(15);
/// No longer than this between probes.
const LAST_PROBE: Duration = Duration::from_hours(6);
/// A connection that fails again so soon after a probe found it working was not cured.
const RELAPSE: Duration = Duration::from_hours(1);

impl Store {
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

    /// A probe found the connection working again: its lane is freed. Nothing happens if it changed meanwhile.
    pub async fn cured(&self, connection: &Connection) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lanes::hold(&mut tx, [connection.account_key]).await?;
        let query = tx
            .query(
                "UPDATE connections SET state = 'active', state_reason = NULL, generation = generation + 1,
                    probe_at = NULL, look_at = $3, updated_at = $3 WHERE id = $1 AND generation = $2",
            )
            .bind(connection.id)
            .bind(connection.generation);
        if query.bind(now).execute().await? == 0 {
            return Ok(());
        }
        lanes::unpark(&mut tx, connection.account_key, now).await?;
        tell(
            &mut tx,
            connection.account_key,
            "account.active",
            connection.id,
            now,
        )
        .await?;
        free_parked(&mut tx, connection.account_key, now).await?;
        Ok(tx.commit().await?)
    }

    /// A connection does not work any more. Its work is parked, unless the account has another connection. False if it
    /// changed meanwhile.
    pub async fn failed(&self, connection: &Connection, cause: &ParkedOn) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lanes::hold(&mut tx, [connection.account_key]).await?;
        let blamed = blame(&mut tx, connection.id, connection.generation, cause, now).await?;
        if blamed {
            park_without_connection(&mut tx, connection.account_key).await?;
        }
        tx.commit().await?;
        Ok(blamed)
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
            .bind(now + doubled(FIRST_PROBE, connection.probe_tries + 1, LAST_PROBE));
        let claimed = query.bind(now).execute().await?;
        tx.commit().await?;
        Ok(claimed > 0)
    }
}

/// Parks an account's lane, unless a connection of it works; true if it did.
pub(in crate::store) async fn park_without_connection(
    tx: &mut Tx,
    account: AccountKey,
) -> Result<bool, StoreError> {
    let query = tx.query(
        "UPDATE lanes SET parked_on = $2, due_at = NULL WHERE account_key = $1
        AND NOT EXISTS (SELECT 1 FROM connections WHERE account_key = $1 AND state = 'active')",
    );
    let query = query.bind(account).bind(ParkedOn::Reconnect.to_string());
    Ok(query.execute().await? > 0)
}

/// Until the next probe or renewal: twice as long with each try, up to `most`.
pub(super) fn doubled(first: Duration, tries: i64, most: Duration) -> Duration {
    let doublings = u32::try_from(tries).unwrap_or(u32::MAX).min(16);
    (first * (1 << doublings)).min(most)
}

/// Marks the connection under which a cause was met, if it is still the one that was used.
pub(in crate::store) async fn blame(
    tx: &mut Tx,
    id: ConnectionId,
    generation: i64,
    cause: &ParkedOn,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = tx.query(
        "SELECT probe_tries, updated_at, account_key, state FROM connections WHERE id = $1 AND generation = $2",
    );
    let before: Option<(i64, Timestamp, AccountKey, String)> =
        query.bind(id).bind(generation).optional().await?;
    let Some((tries, updated_at, account, before)) = before else {
        return Ok(false);
    };
    // What a probe took for a cure was none: a probe sees that the account answers, not every permission.
    let tries = if now.since(updated_at) < RELAPSE { tries } else { 0 };
    let (state, told) = match cause {
        ParkedOn::Scope(_) => ("missing_scopes", "account.missing_scopes"),
        ParkedOn::Restricted => ("restricted", "account.restricted"),
        _ => ("needs_reconnect", "account.needs_reconnect"),
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
        .bind(now + doubled(FIRST_PROBE, tries, LAST_PROBE))
        .bind(tries)
        .bind(now)
        .execute()
        .await?;
    if before != state {
        tell(tx, account, told, id, now).await?;
    }
    Ok(changed > 0)
}

/// Lets followers know of a connection's state.
pub(super) async fn tell(
    tx: &mut Tx,
    account_key: AccountKey,
    kind: &'static str,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let told = FeedEntry {
        account_key,
        kind,
        object_id: connection.to_string(),
        event_id: None,
    };
    feed::tell(tx, &[told], now).await
}

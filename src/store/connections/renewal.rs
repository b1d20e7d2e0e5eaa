//! Tokens that are renewed before they end, each by itself and by one process at a time.

use std::time::Duration;

use super::health::doubled;
use super::model::{COLUMNS, Connection};
use crate::domain::Timestamp;
use crate::store::{Store, StoreError};

/// After a renewal that failed the next try comes after this; each further one after twice as long.
const FIRST_TRY: Duration = Duration::from_mins(15);
/// No longer than this between tries.
const LAST_TRY: Duration = Duration::from_hours(12);

/// The tokens of a connection, each with the key that sealed it.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The token that calls are made with.
    pub token: (String, Vec<u8>),
    /// The person's own token beside it.
    pub user_token: Option<(String, Vec<u8>)>,
}

/// A renewed token, sealed.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// The key that sealed the token, and the token that calls are made with.
    pub token: (String, Vec<u8>),
    /// The person's own token beside it, likewise.
    pub user_token: Option<(String, Vec<u8>)>,
    /// Granted permissions, where Meta told them with it; else those that were known stay.
    pub scopes: Vec<String>,
    /// When it ends, if known.
    pub expires_at: Option<Timestamp>,
    /// When it is to be renewed again.
    pub renew_at: Option<Timestamp>,
}

impl Store {
    /// Connections whose token is to be renewed now.
    pub async fn due_renewals(&self, limit: i64) -> Result<Vec<Connection>, StoreError> {
        let query = self.db.query(COLUMNS).push_bind(
            "c.state <> 'needs_reconnect' AND c.renew_at <= ",
            self.clock.now(),
        );
        Ok(query
            .push_bind(" ORDER BY c.renew_at LIMIT ", limit)
            .all()
            .await?)
    }

    /// Takes on a due renewal, for one process only; the next try comes later, unless this one succeeds.
    pub async fn claim_renewal(&self, connection: &Connection) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let claimed = tx
            .query(
                "UPDATE connections SET renew_at = $3, renew_tries = renew_tries + 1
                WHERE id = $1 AND generation = $2 AND renew_at <= $4",
            )
            .bind(connection.id)
            .bind(connection.generation)
            .bind(now + doubled(FIRST_TRY, connection.renew_tries, LAST_TRY))
            .bind(now)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(claimed > 0)
    }

    /// Keeps a renewed token, before anybody uses it; false if the connection changed meanwhile, whose token is newer.
    pub async fn renewed(&self, connection: &Connection, renewed: Renewed) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let (key_id, token) = renewed.token;
        let (user_key_id, user_token) = renewed.user_token.unzip();
        let kept = tx
            .query(
                "UPDATE connections SET key_id = $3, token = $4, user_key_id = $5, user_token = $6, expires_at = $7,
                    renew_at = $8, renew_tries = 0, renew_error = NULL, issued_at = $9, updated_at = $9,
                    scopes = CASE WHEN $10 = '' THEN scopes ELSE $10 END, forecast_days = NULL, generation = generation + 1
                WHERE id = $1 AND generation = $2",
            )
            .bind(connection.id)
            .bind(connection.generation)
            .bind(key_id)
            .bind(token)
            .bind(user_key_id)
            .bind(user_token)
            .bind(renewed.expires_at)
            .bind(renewed.renew_at)
            .bind(now)
            .bind(renewed.scopes.join(","))
            .execute()
            .await?;
        tx.commit().await?;
        Ok(kept > 0)
    }

    /// Keeps the same tokens under another key; false if they are others by now.
    pub async fn reseal(&self, connection: &Connection, sealed: Sealed) -> Result<bool, StoreError> {
        let (key_id, token) = sealed.token;
        let (user_key_id, user_token) = sealed.user_token.unzip();
        let mut tx = self.db.begin().await?;
        let kept = tx
            .query(
                "UPDATE connections SET key_id = $3, token = $4, user_key_id = $5, user_token = $6
                WHERE id = $1 AND token = $2",
            )
            .bind(connection.id)
            .bind(connection.token.clone())
            .bind(key_id)
            .bind(token)
            .bind(user_key_id)
            .bind(user_token)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(kept > 0)
    }

    /// Notes why a renewal failed. It is tried again at the time that the claim set, or never.
    pub async fn renewal_failed(
        &self,
        connection: &Connection,
        why: &str,
        never_again: bool,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        tx.query(
            "UPDATE connections SET renew_error = $3, renew_at = CASE WHEN $4 THEN NULL ELSE renew_at END
            WHERE id = $1 AND generation = $2",
        )
        .bind(connection.id)
        .bind(connection.generation)
        .bind(why.to_owned())
        .bind(never_again)
        .execute()
        .await?;
        Ok(tx.commit().await?)
    }
}

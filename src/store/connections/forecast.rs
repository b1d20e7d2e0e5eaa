//! Ends that are foreseen: of tokens that are not renewed or whose renewal fails, and of access to data, which only a login prolongs.

use std::time::Duration;

use super::health::tell;
use super::model::{COLUMNS, Connection};
use crate::store::{Store, StoreError};

impl Store {
    /// Working connections that end within this time.
    pub async fn ending_within(&self, time: Duration) -> Result<Vec<Connection>, StoreError> {
        let until = self.clock.now() + time;
        let query = self.db.query(COLUMNS).push_bind(
            "c.state <> 'needs_reconnect' AND (((c.renew_at IS NULL OR c.renew_error IS NOT NULL) AND c.expires_at <= ",
            until,
        );
        let query = query.push_bind(") OR c.data_access_expires_at <= ", until);
        Ok(query.push(") ORDER BY c.id").all().await?)
    }

    /// Tells followers that a connection ends within so many days, once for each number of days. False if another
    /// process has told it, or the connection changed meanwhile.
    pub async fn tell_end(&self, connection: &Connection, days: i64) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let first = tx
            .query(
                "UPDATE connections SET forecast_days = $3
                WHERE id = $1 AND generation = $2 AND (forecast_days IS NULL OR forecast_days > $3)",
            )
            .bind(connection.id)
            .bind(connection.generation)
            .bind(days)
            .execute()
            .await?;
        if first == 0 {
            return Ok(false);
        }
        let account = connection.account_key;
        tell(&mut tx, account, "account.expiring", connection.id, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

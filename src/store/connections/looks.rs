//! Looks at connections: what Meta says of each by now, kept at its place. Each by one process at a time.

use std::time::Duration;

use super::health::{doubled, tell};
use super::model::{COLUMNS, Connection};
use crate::domain::Timestamp;
use crate::store::profiles::{self, AccountProfile};
use crate::store::{Store, StoreError};

/// After a look that failed the next try comes after this; each further one after twice as long.
const FIRST_TRY: Duration = Duration::from_mins(15);
/// No longer than this between tries.
const LAST_TRY: Duration = Duration::from_hours(6);

/// What a look saw. What could not be seen stays as it was.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The account.
    pub profile: AccountProfile,
    /// Granted permissions.
    pub scopes: Option<Vec<String>>,
    /// Page tasks of the person who connected it.
    pub tasks: Option<Vec<String>>,
    /// Fields that webhooks come for.
    pub subscribed: Option<Vec<String>>,
    /// When the token stops reading.
    pub data_access_expires_at: Option<Timestamp>,
}

const KEEP: &str = "UPDATE connections SET scopes = COALESCE($3, scopes), tasks = COALESCE($4, tasks),
        subscribed = COALESCE($5, subscribed),
        forecast_days = CASE WHEN $6 > data_access_expires_at THEN NULL ELSE forecast_days END,
        data_access_expires_at = COALESCE($6, data_access_expires_at),
        looked_at = $7, look_at = $8, look_tries = 0, look_error = NULL
    WHERE id = $1 AND generation = $2";

impl Store {
    /// The connections that are to be looked at now. What has stopped working is watched by its probes instead.
    pub async fn due_looks(&self, limit: i64) -> Result<Vec<Connection>, StoreError> {
        let query = self.db.query(COLUMNS).push_bind(
            "c.state IN ('active', 'missing_scopes') AND c.look_at <= ",
            self.clock.now(),
        );
        Ok(query
            .push_bind(" ORDER BY c.look_at, c.id LIMIT ", limit)
            .all()
            .await?)
    }

    /// Takes on a due look, for one process only; the next try comes later, unless this one succeeds.
    pub async fn claim_look(&self, connection: &Connection) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let claimed = tx
            .query(
                "UPDATE connections SET look_at = $3, look_tries = look_tries + 1
                WHERE id = $1 AND generation = $2 AND look_at <= $4",
            )
            .bind(connection.id)
            .bind(connection.generation)
            .bind(now + doubled(FIRST_TRY, connection.look_tries, LAST_TRY))
            .bind(now)
            .execute()
            .await?;
        tx.commit().await?;
        Ok(claimed > 0)
    }

    /// Keeps what a look saw, and tells followers of a state that it found. False if the connection changed meanwhile:
    /// then what was seen may be of the one before, and nothing is kept.
    pub async fn looked(
        &self,
        connection: &Connection,
        seen: Seen,
        next: Timestamp,
        told: Option<&'static str>,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        profiles::keep(&mut tx, connection.account_key, seen.profile, now).await?;
        let list = |words: Option<Vec<String>>| words.map(|words| words.join(","));
        let kept = tx
            .query(KEEP)
            .bind(connection.id)
            .bind(connection.generation)
            .bind(list(seen.scopes))
            .bind(list(seen.tasks))
            .bind(list(seen.subscribed))
            .bind(seen.data_access_expires_at)
            .bind(now)
            .bind(next)
            .execute()
            .await?;
        if kept == 0 {
            return Ok(false);
        }
        if let Some(kind) = told {
            tell(&mut tx, connection.account_key, kind, connection.id, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Notes why a look failed, and when the next one comes if not at the time that the claim set.
    pub async fn look_failed(
        &self,
        connection: &Connection,
        why: &str,
        next: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        tx.query(
            "UPDATE connections SET look_error = $3, look_at = COALESCE($4, look_at)
            WHERE id = $1 AND generation = $2",
        )
        .bind(connection.id)
        .bind(connection.generation)
        .bind(why.to_owned())
        .bind(next)
        .execute()
        .await?;
        Ok(tx.commit().await?)
    }

    /// Notes the fields that webhooks come for. Nothing happens if the connection changed meanwhile.
    pub async fn note_subscription(
        &self,
        connection: &Connection,
        fields: &[String],
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        tx.query("UPDATE connections SET subscribed = $3 WHERE id = $1 AND generation = $2")
            .bind(connection.id)
            .bind(connection.generation)
            .bind(fields.join(","))
            .execute()
            .await?;
        Ok(tx.commit().await?)
    }
}

//! Profiles of accounts as Meta last told them, their counts by the day, and how long their webhooks usually pause.

use std::time::Duration;

use super::db::Tx;
use super::feed::{self, FeedEntry};
use super::{Store, StoreError};
use crate::domain::{AccountKey, Timestamp};

/// What Meta told of an account; none where it did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountProfile {
    /// The user name.
    pub username: Option<String>,
    /// The name shown.
    pub name: Option<String>,
    /// The account's type, as Meta writes it.
    pub account_type: Option<String>,
    /// Where the picture is, for some days.
    pub picture_url: Option<String>,
    /// How many follow it.
    pub followers: Option<i64>,
    /// How many it follows.
    pub follows: Option<i64>,
    /// How many media it has.
    pub media_count: Option<i64>,
}

/// The counts of a day, as they were last seen on it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProfileDay {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// How many followed it.
    pub followers: Option<i64>,
    /// How many it followed.
    pub follows: Option<i64>,
    /// How many media it had.
    pub media_count: Option<i64>,
}

const KEEP: &str = "UPDATE accounts SET username = COALESCE($2, username), name = COALESCE($3, name),
        account_type = COALESCE($4, account_type), picture_url = COALESCE($5, picture_url),
        followers = COALESCE($6, followers), follows = COALESCE($7, follows),
        media_count = COALESCE($8, media_count), synced_at = $9
    WHERE key = $1 AND erased_at IS NULL";

const KEEP_DAY: &str = "INSERT INTO profile_days (account_key, day, followers, follows, media_count)
    SELECT key, $2, followers, follows, media_count FROM accounts WHERE key = $1 AND erased_at IS NULL
    ON CONFLICT (account_key, day) DO UPDATE SET
        followers = excluded.followers, follows = excluded.follows, media_count = excluded.media_count";

const DAY: i64 = 24 * 60 * 60;

/// Keeps what Meta told, and the counts of the day.
pub(super) async fn keep(
    tx: &mut Tx,
    account: AccountKey,
    profile: AccountProfile,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.query(KEEP)
        .bind(account)
        .bind(profile.username)
        .bind(profile.name)
        .bind(profile.account_type)
        .bind(profile.picture_url)
        .bind(profile.followers)
        .bind(profile.follows)
        .bind(profile.media_count)
        .bind(now)
        .execute()
        .await?;
    tx.query(KEEP_DAY)
        .bind(account)
        .bind(now.seconds().div_euclid(DAY))
        .execute()
        .await?;
    Ok(())
}

impl Store {
    /// The counts of an account's last days, the latest first.
    pub async fn profile_days(&self, account: AccountKey, days: i64) -> Result<Vec<ProfileDay>, StoreError> {
        let query = self
            .db
            .query("SELECT day, followers, follows, media_count FROM profile_days WHERE ");
        let query = query.push_bind("account_key = ", account);
        Ok(query.push_bind(" ORDER BY day DESC LIMIT ", days).all().await?)
    }

    /// When an account's last events came, the latest first.
    pub async fn last_arrivals(&self, account: AccountKey, limit: i64) -> Result<Vec<Timestamp>, StoreError> {
        let query = self.db.query("SELECT received_at FROM webhook_events WHERE ");
        let query = query.push_bind("account_key = ", account);
        let rows: Vec<(Timestamp,)> = query.push_bind(" ORDER BY id DESC LIMIT ", limit).all().await?;
        Ok(rows.into_iter().map(|(at,)| at).collect())
    }

    /// Notes for how long an account's webhooks may pause before that is unusual.
    pub async fn note_usual_pause(
        &self,
        account: AccountKey,
        pause: Option<Duration>,
    ) -> Result<(), StoreError> {
        let micros = pause.map(|pause| i64::try_from(pause.as_micros()).unwrap_or(i64::MAX));
        let mut tx = self.db.begin().await?;
        tx.query("UPDATE accounts SET usual_pause = $2 WHERE key = $1")
            .bind(account)
            .bind(micros)
            .execute()
            .await?;
        Ok(tx.commit().await?)
    }

    /// Tells followers that no webhook came since this event, though that is unusual. Once for each silence.
    pub async fn tell_silence(&self, account: AccountKey, last_event: Timestamp) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let told = tx.query(
            "UPDATE accounts SET silence_told = $2 WHERE key = $1 AND (silence_told IS NULL OR silence_told < $2)
            RETURNING instagram_id",
        );
        let told: Option<(String,)> = told.bind(account).bind(last_event).optional().await?;
        if let Some((object_id,)) = told {
            let silent = FeedEntry {
                account_key: account,
                kind: "account.silent",
                object_id,
                event_id: None,
            };
            feed::tell(&mut tx, &[silent], now).await?;
        }
        Ok(tx.commit().await?)
    }
}

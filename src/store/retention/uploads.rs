//! Removing uploads that no post needs. Their bytes are looked at afterwards, by who has the shelf.

use super::super::db::Sql;
use super::super::uploads::{self, needed};
use super::super::{Store, StoreError};
use super::due::DueRows;
use super::sweep::{Before, Slice};
use crate::domain::{Timestamp, UploadId};

macro_rules! aged {
    ($lock:literal) => {
        concat!(
            "SELECT id FROM uploads WHERE created_at < $1 AND NOT ",
            needed!("$2"),
            " ORDER BY created_at, id LIMIT $3",
            $lock
        )
    };
}

/// What somebody makes a post of right now is left for later.
const AGED: Sql = Sql {
    sqlite: aged!(""),
    postgres: aged!(" FOR UPDATE SKIP LOCKED"),
};

const DUE: &str = concat!(
    "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT), (SELECT MIN(created_at) FROM uploads)
    FROM uploads WHERE created_at < $1 AND NOT ",
    needed!("$2")
);

impl Store {
    /// Removes a slice of the uploads from before.
    pub(super) async fn retire_uploads(&self, before: Before) -> Result<Slice<()>, StoreError> {
        let Some(aged) = before.uploads else {
            return Ok(Slice::NOTHING);
        };
        let Some(mut tx) = self.begin_removing().await? else {
            return Ok(Slice::NOTHING);
        };
        let most = i64::try_from(self.events_at_once()).unwrap_or(i64::MAX);
        let query = tx.query(AGED).bind(aged).bind(before.addresses).bind(most);
        let found: Vec<(UploadId,)> = query.all().await?;
        let found: Vec<UploadId> = found.into_iter().map(|(id,)| id).collect();
        let removed = uploads::end(&mut tx, &found, before.addresses, self.clock.now()).await?;
        tx.commit().await?;
        Ok(Slice {
            removed,
            next: (removed > 0).then_some(()),
        })
    }

    pub(super) async fn due_uploads(&self, before: Before) -> Result<DueRows, StoreError> {
        let nothing = Timestamp::from_micros(i64::MIN);
        let query = self.db.query(DUE).bind(before.uploads.unwrap_or(nothing));
        let (rows, bytes, oldest): (i64, i64, Option<Timestamp>) = query.bind(before.addresses).one().await?;
        Ok(DueRows {
            rows: u64::try_from(rows).unwrap_or(0),
            bytes: Some(u64::try_from(bytes).unwrap_or(0)),
            oldest,
        })
    }
}

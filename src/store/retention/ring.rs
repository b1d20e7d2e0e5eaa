//! Removing what nothing else hangs on: refused deliveries and calls to Graph.

use super::super::db::Sql;
use super::super::{Store, StoreError};
use super::sweep::Slice;
use crate::domain::Timestamp;

/// The first rows of a table whose ids grow with time, if they are from before.
macro_rules! first {
    ($table:literal, $at:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE id IN (SELECT id FROM (SELECT id, ",
            $at,
            " AS at FROM ",
            $table,
            " ORDER BY id LIMIT $2) AS first WHERE at < $1)"
        )
    };
}

const QUARANTINE: &str = first!("quarantine", "received_at");
/// Also those of an event that is not finished yet: its first tries stay, without the calls that they made.
const CALLS: &str = first!("graph_calls", "at");

impl Store {
    /// Removes a slice of refused deliveries from before.
    pub(super) async fn retire_quarantine(&self, before: Option<Timestamp>) -> Result<Slice<()>, StoreError> {
        self.retire_first(QUARANTINE.into(), before).await
    }

    /// Removes a slice of calls from before.
    pub(super) async fn retire_calls(&self, before: Option<Timestamp>) -> Result<Slice<()>, StoreError> {
        self.retire_first(CALLS.into(), before).await
    }

    async fn retire_first(&self, statement: Sql, before: Option<Timestamp>) -> Result<Slice<()>, StoreError> {
        let Some(before) = before else {
            return Ok(Slice::NOTHING);
        };
        let Some(mut tx) = self.begin_removing().await? else {
            return Ok(Slice::NOTHING);
        };
        let most = i64::try_from(self.events_at_once()).unwrap_or(i64::MAX);
        let removed = tx.query(statement).bind(before).bind(most).execute().await?;
        tx.commit().await?;
        Ok(Slice {
            removed,
            next: (removed > 0).then_some(()),
        })
    }
}

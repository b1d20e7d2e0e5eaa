//! One slice of the oldest erasure that can go on.

use std::fmt::Display;
use std::str::FromStr;

use super::super::db::{Ids, Texts, Tx};
use super::super::{Store, StoreError};
use super::stage::{Cut, Stage};
use crate::domain::{AccountKey, ErasureId, Timestamp};
use crate::webhook::mentions_id;

/// Requests looked at for one that can go on.
const LOOKED_AT: i64 = 16;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasing {
    /// There is nothing to do, or nothing yet.
    Nothing,
    /// A slice.
    Slice,
}

#[derive(sqlx::FromRow)]
struct Open {
    id: ErasureId,
    stage: Stage,
    position: Option<String>,
    version: i64,
    until: Timestamp,
}

/// An erasure at work, as it stood when it was read.
pub(super) struct Work {
    pub(super) id: ErasureId,
    pub(super) stage: Stage,
    position: Option<String>,
    version: i64,
    /// Deliveries from before are looked through.
    pub(super) until: Timestamp,
    /// The ids that the person goes by.
    pub(super) ids: Vec<String>,
    /// The accounts that are the person.
    pub(super) accounts: Vec<AccountKey>,
}

impl Work {
    pub(super) fn account_list(&self) -> Ids {
        Ids::of(self.accounts.iter().map(|key| key.uuid()))
    }

    pub(super) fn id_list(&self) -> Texts {
        Texts::of(self.ids.iter().cloned())
    }

    /// Whether one of the ids stands in these bytes.
    pub(super) fn names(&self, bytes: &[u8]) -> bool {
        self.ids.iter().any(|id| mentions_id(bytes, id))
    }

    /// The place that the last slice came to, or the one to begin at.
    pub(super) fn after<Place: FromStr>(&self, beginning: Place) -> Result<Place, StoreError> {
        match &self.position {
            Some(text) => text
                .parse()
                .map_err(|_| StoreError::Corrupt("an erasure's position")),
            None => Ok(beginning),
        }
    }
}

const OPEN: &str = "SELECT id, stage, position, version, until FROM erasures WHERE state <> 'done'
    ORDER BY requested_at, id LIMIT $1";

/// Whoever comes second waits, and then finds that it has moved on.
const CLAIM: &str =
    "UPDATE erasures SET version = version + 1, state = 'running' WHERE id = $1 AND version = $2";

const MOVE: &str = "UPDATE erasures SET stage = $2, position = $3 WHERE id = $1";

impl Store {
    /// Does a slice of what is to be erased: first bytes whose time has come, then the oldest request that need not
    /// wait.
    pub async fn erase_slice(&self) -> Result<Erasing, StoreError> {
        if self.redact_slice().await? {
            return Ok(Erasing::Slice);
        }
        let open: Vec<Open> = self.db.query(OPEN).bind(LOOKED_AT).all().await?;
        for open in open {
            let work = self.work(open).await?;
            if self.slice(&work).await? == Erasing::Slice {
                return Ok(Erasing::Slice);
            }
        }
        Ok(Erasing::Nothing)
    }

    async fn work(&self, open: Open) -> Result<Work, StoreError> {
        let query = "SELECT id FROM erasure_ids WHERE erasure_id = $1 ORDER BY id";
        let ids: Vec<(String,)> = self.db.query(query).bind(open.id).all().await?;
        let query = "SELECT account_key FROM erasure_accounts WHERE erasure_id = $1 ORDER BY account_key";
        let accounts: Vec<(AccountKey,)> = self.db.query(query).bind(open.id).all().await?;
        Ok(Work {
            id: open.id,
            stage: open.stage,
            position: open.position,
            version: open.version,
            until: open.until,
            ids: ids.into_iter().map(|(id,)| id).collect(),
            accounts: accounts.into_iter().map(|(key,)| key).collect(),
        })
    }

    async fn slice(&self, work: &Work) -> Result<Erasing, StoreError> {
        match work.stage {
            Stage::Unread => self.wait_for_reading(work).await,
            Stage::Events => self.erase_events(work).await,
            Stage::Objects => self.erase_objects(work).await,
            Stage::Calls => self.erase_calls(work).await,
            Stage::Feed => self.erase_feed(work).await,
            Stage::Authored => self.erase_authored(work).await,
            Stage::Comments => self.erase_comments(work).await,
            Stage::Messages => self.erase_messages(work).await,
            Stage::Ledger => self.look_through_ledger(work).await,
            Stage::Quarantine => self.erase_refused(work).await,
            Stage::Finish => self.finish_erasure(work).await,
        }
    }

    /// Begins a slice; none if another process has done it.
    pub(super) async fn begin_slice(&self, work: &Work) -> Result<Option<Tx>, StoreError> {
        let mut tx = self.db.begin().await?;
        let claim = tx.query(CLAIM).bind(work.id).bind(work.version);
        if claim.execute().await? == 0 {
            return Ok(None);
        }
        Ok(Some(tx))
    }

    /// Ends a stage in which there is nothing more.
    pub(super) async fn next_stage(&self, work: &Work) -> Result<Erasing, StoreError> {
        let Some(mut tx) = self.begin_slice(work).await? else {
            return Ok(Erasing::Slice);
        };
        move_on(&mut tx, work, None).await?;
        tx.commit().await?;
        Ok(Erasing::Slice)
    }

    /// Rows that one slice removes.
    pub(super) fn erased_at_once(&self) -> i64 {
        i64::try_from(self.events_at_once()).unwrap_or(i64::MAX)
    }
}

/// To this position of the stage; without one, to the next stage.
pub(super) async fn move_on(tx: &mut Tx, work: &Work, position: Option<String>) -> Result<(), StoreError> {
    let stage = if position.is_some() {
        work.stage
    } else {
        work.stage.next()
    };
    tx.query(MOVE)
        .bind(work.id)
        .bind(stage.as_str().to_owned())
        .bind(position)
        .execute()
        .await?;
    Ok(())
}

/// To where the cut ended, or to the next stage if the page was empty.
pub(super) async fn move_to<Row, Place: Display>(
    tx: &mut Tx,
    work: &Work,
    cut: &Cut<Row, Place>,
) -> Result<(), StoreError> {
    move_on(tx, work, cut.last.as_ref().map(ToString::to_string)).await
}

//! How far an erasure is, for the person who asked.

use super::super::{Store, StoreError};
use super::stage::Stage;
use crate::domain::{ErasureId, Timestamp};

/// Where an erasure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum ErasureState {
    /// Access has ended; the rest has not begun.
    Received,
    /// Data are being removed.
    Running,
    /// Everything is removed.
    Done,
}

/// An erasure as it stands. Nothing in it is personal.
#[derive(Clone, Debug)]
pub struct Erasure {
    /// Where it stands.
    pub state: ErasureState,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
    /// Stages that are behind.
    pub stages_done: usize,
    /// All stages.
    pub stages: usize,
    /// What was removed, by kind.
    pub removed: Vec<(String, i64)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ErasureId,
    state: ErasureState,
    stage: Stage,
    requested_at: Timestamp,
    finished_at: Option<Timestamp>,
}

const BY_CODE: &str = "SELECT id, state, stage, requested_at, finished_at FROM erasures WHERE code = $1";
const REMOVED: &str = "SELECT kind, value FROM erasure_counts WHERE erasure_id = $1 ORDER BY kind";

impl Store {
    /// The erasure of this confirmation code.
    pub async fn erasure(&self, code: &str) -> Result<Option<Erasure>, StoreError> {
        let query = self.db.query(BY_CODE).bind(code.to_owned());
        let row: Option<Row> = query.optional().await?;
        let Some(row) = row else { return Ok(None) };
        let removed = self.db.query(REMOVED).bind(row.id).all().await?;
        let stages = Stage::ALL.len();
        let done = row.state == ErasureState::Done;
        Ok(Some(Erasure {
            state: row.state,
            requested_at: row.requested_at,
            finished_at: row.finished_at,
            stages_done: if done { stages } else { row.stage.behind() },
            stages,
            removed,
        }))
    }
}

//! Which effects are made of which uploads. An upload is needed until the effects that refer to it are over.

use crate::domain::{EffectId, UploadId, WorkspaceId};
use crate::store::db::{Ids, Sql, Tx, in_ids};
use crate::store::{Store, StoreError};

/// That the effect `e` is over: nothing more is made of what it refers to.
macro_rules! over {
    () => {
        "e.state IN ('done', 'failed', 'cancelled')"
    };
}

/// That an effect needs the row of `uploads`, or did not end before `$over_before`.
macro_rules! needed {
    ($over_before:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM effect_uploads r JOIN effects e ON e.id = r.effect_id
                WHERE r.upload_id = uploads.id AND (NOT ",
            $crate::store::uploads::over!(),
            " OR e.updated_at >= ",
            $over_before,
            "))"
        )
    };
}
pub(in crate::store) use {needed, over};

macro_rules! refer {
    ($list:literal, $lock:literal) => {
        concat!(
            "SELECT id FROM uploads WHERE id ",
            $list,
            " AND workspace_id = $2 ORDER BY id",
            $lock
        )
    };
}

/// Who removes one of them meanwhile waits, and then finds that it is referred to; or was first, and it is not found.
const HELD: Sql = Sql {
    sqlite: refer!("IN (SELECT unhex(value) FROM json_each($1))", ""),
    postgres: refer!("= ANY($1)", " FOR KEY SHARE"),
};

const REFER: Sql = in_ids!(
    "INSERT INTO effect_uploads (effect_id, upload_id) SELECT $2, id FROM uploads WHERE id",
    "$1",
    " ON CONFLICT DO NOTHING"
);

macro_rules! lock {
    ($list:literal, $lock:literal) => {
        concat!("SELECT id FROM uploads WHERE id ", $list, " ORDER BY id", $lock)
    };
}

const LOCK: Sql = Sql {
    sqlite: lock!("IN (SELECT unhex(value) FROM json_each($1))", ""),
    postgres: lock!("= ANY($1)", " FOR UPDATE"),
};

const NEEDING: Sql = in_ids!(
    concat!(
        "SELECT r.upload_id, r.effect_id FROM effect_uploads r JOIN effects e ON e.id = r.effect_id WHERE NOT ",
        over!(),
        " AND r.upload_id"
    ),
    "$1",
    " ORDER BY r.effect_id"
);

macro_rules! forget {
    ($not_in:literal) => {
        concat!(
            "DELETE FROM effect_uploads WHERE upload_id ",
            $not_in,
            " AND effect_id = $2"
        )
    };
}

const FORGET: Sql = Sql {
    sqlite: forget!("NOT IN (SELECT unhex(value) FROM json_each($1))"),
    postgres: forget!("<> ALL($1)"),
};

fn list(uploads: &[UploadId]) -> Ids {
    Ids::of(uploads.iter().map(|id| id.uuid()))
}

/// Notes that an effect is made of these uploads. [`StoreError::NotFound`] if one of them is not the workspace's, or gone.
pub(in crate::store) async fn refer(
    tx: &mut Tx,
    effect: EffectId,
    workspace: WorkspaceId,
    uploads: &[UploadId],
) -> Result<(), StoreError> {
    if uploads.is_empty() {
        return Ok(());
    }
    let held = tx.query(HELD).bind(list(uploads)).bind(workspace);
    let found: Vec<(UploadId,)> = held.all().await?;
    if uploads.iter().any(|id| !found.contains(&(*id,))) {
        return Err(StoreError::NotFound("upload"));
    }
    let refer = tx.query(REFER).bind(list(uploads)).bind(effect);
    refer.execute().await?;
    Ok(())
}

/// The same of an effect that was made of others before. Uploads are held before what refers to them, as where they end.
pub(in crate::store) async fn refer_anew(
    tx: &mut Tx,
    effect: EffectId,
    workspace: WorkspaceId,
    uploads: &[UploadId],
) -> Result<(), StoreError> {
    refer(tx, effect, workspace, uploads).await?;
    let forget = tx.query(FORGET).bind(list(uploads)).bind(effect);
    forget.execute().await?;
    Ok(())
}

/// Holds uploads until the transaction ends: from now on nobody refers to them, and all who did are seen.
pub(super) async fn lock(tx: &mut Tx, uploads: &[UploadId]) -> Result<(), StoreError> {
    let _: Vec<(UploadId,)> = tx.query(LOCK).bind(list(uploads)).all().await?;
    Ok(())
}

/// Which effects that are not over need which of these uploads.
pub(super) async fn needing(
    tx: &mut Tx,
    uploads: &[UploadId],
) -> Result<Vec<(UploadId, EffectId)>, StoreError> {
    Ok(tx.query(NEEDING).bind(list(uploads)).all().await?)
}

impl Store {
    /// Which effects that are not over need which of these uploads.
    pub async fn uploads_needed(
        &self,
        uploads: &[UploadId],
    ) -> Result<Vec<(UploadId, EffectId)>, StoreError> {
        Ok(self.db.query(NEEDING).bind(list(uploads)).all().await?)
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::EffectState;

    #[test]
    fn what_is_over_is_what_the_domain_says() {
        for state in EffectState::ALL {
            assert_eq!(
                over!().contains(&format!("'{state}'")),
                state.is_final(),
                "{state}"
            );
        }
    }
}

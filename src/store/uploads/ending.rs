//! The end of uploads: rows go, and what is to be looked at on the shelf is noted with them.

use super::needs::{lock, needed, needing};
use crate::domain::{AccountKey, EffectId, Timestamp, UploadId, WorkspaceId};
use crate::store::db::{Ids, Sql, Tx, in_ids};
use crate::store::{Store, StoreError};

/// What came of removing an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is no more.
    Removed,
    /// These effects, which are not over, need it.
    Needed(Vec<EffectId>),
}

/// A look that was noted for later, as somebody puts the same bytes there, stays; one that is under way is made again.
const NOTE: Sql = in_ids!(
    "INSERT INTO shelf_looks (digest, look_at) SELECT DISTINCT digest, $2 FROM uploads WHERE id",
    "$1",
    concat!(
        " AND NOT ",
        needed!("$3"),
        " ON CONFLICT (digest) DO UPDATE SET look_at = excluded.look_at
            WHERE shelf_looks.look_at < excluded.look_at"
    )
);

const REMOVE: Sql = in_ids!(
    "DELETE FROM uploads WHERE id",
    "$1",
    concat!(" AND NOT ", needed!("$2"))
);

/// Removes those of the uploads that no effect needs: none but such as were over before this time refers to them.
pub(in crate::store) async fn end(
    tx: &mut Tx,
    uploads: &[UploadId],
    over_before: Timestamp,
    now: Timestamp,
) -> Result<u64, StoreError> {
    if uploads.is_empty() {
        return Ok(0);
    }
    let list = || Ids::of(uploads.iter().map(|id| id.uuid()));
    lock(tx, uploads).await?;
    let note = tx.query(NOTE).bind(list()).bind(now).bind(over_before);
    note.execute().await?;
    let remove = tx.query(REMOVE).bind(list()).bind(over_before);
    Ok(remove.execute().await?)
}

macro_rules! of_accounts {
    ($in:literal, $not_in:literal) => {
        concat!(
            "SELECT DISTINCT r.upload_id FROM effect_uploads r JOIN effects e ON e.id = r.effect_id
            WHERE e.account_key ",
            $in,
            " AND NOT EXISTS (SELECT 1 FROM effect_uploads o JOIN effects x ON x.id = o.effect_id
                WHERE o.upload_id = r.upload_id AND x.account_key ",
            $not_in,
            ") LIMIT $2"
        )
    };
}

/// Uploads of which effects of these accounts are made, and no others.
const OF_ACCOUNTS: Sql = Sql {
    sqlite: of_accounts!(
        "IN (SELECT unhex(value) FROM json_each($1))",
        "NOT IN (SELECT unhex(value) FROM json_each($1))"
    ),
    postgres: of_accounts!("= ANY($1)", "<> ALL($1)"),
};

macro_rules! release {
    ($uploads:literal, $accounts:literal) => {
        concat!(
            "DELETE FROM effect_uploads WHERE upload_id ",
            $uploads,
            " AND effect_id IN (SELECT id FROM effects WHERE account_key ",
            $accounts,
            ")"
        )
    };
}

const RELEASE: Sql = Sql {
    sqlite: release!(
        "IN (SELECT unhex(value) FROM json_each($1))",
        "IN (SELECT unhex(value) FROM json_each($2))"
    ),
    postgres: release!("= ANY($1)", "= ANY($2)"),
};

/// Removes some uploads of which only effects of these accounts are made, whatever state those are in. Gives how many; none:
/// there are no more.
pub(in crate::store) async fn end_of_accounts(
    tx: &mut Tx,
    accounts: &[AccountKey],
    most: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let accounts = || Ids::of(accounts.iter().map(|key| key.uuid()));
    let found: Vec<(UploadId,)> = tx.query(OF_ACCOUNTS).bind(accounts()).bind(most).all().await?;
    let uploads: Vec<UploadId> = found.into_iter().map(|(id,)| id).collect();
    if uploads.is_empty() {
        return Ok(0);
    }
    lock(tx, &uploads).await?;
    let release = tx
        .query(RELEASE)
        .bind(Ids::of(uploads.iter().map(|id| id.uuid())));
    release.bind(accounts()).execute().await?;
    // Whoever refers to one since then keeps it.
    end(tx, &uploads, Timestamp::from_micros(i64::MIN), now).await
}

impl Store {
    /// Removes an upload of the workspace, if one is given, unless an effect needs it.
    pub async fn remove_upload(
        &self,
        id: UploadId,
        workspace: Option<WorkspaceId>,
    ) -> Result<Ended, StoreError> {
        self.upload(id, workspace).await?;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lock(&mut tx, &[id]).await?;
        let needing = needing(&mut tx, &[id]).await?;
        let mut removed = 0;
        if needing.is_empty() {
            removed = end(&mut tx, &[id], Timestamp::from_micros(i64::MAX), now).await?;
        }
        tx.commit().await?;
        match (removed, needing.is_empty()) {
            (0, true) => Err(StoreError::NotFound("upload")),
            (_, true) => Ok(Ended::Removed),
            (_, false) => Ok(Ended::Needed(
                needing.into_iter().map(|(_, effect)| effect).collect(),
            )),
        }
    }
}

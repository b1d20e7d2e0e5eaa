//! Taking note of an effect, once for each name that a caller gives.

use super::model::{COLUMNS, Effect, NewEffect, written};
use crate::domain::{EffectId, WorkspaceId};
use crate::store::db::Tx;
use crate::store::feed::{self, FeedEntry};
use crate::store::{Store, StoreError, uploads};

/// What came of asking for an effect.
#[derive(Clone, Debug)]
pub enum Created {
    /// It is new.
    New(Box<Effect>),
    /// The same was asked for under this name before.
    Before(Box<Effect>),
    /// Something else was asked for under this name before.
    Other,
}

const INSERT: &str =
    "INSERT INTO effects (id, workspace_id, account_key, kind, state, intent, warnings, progress, idempotency_key,
        request_hash, publish_at, when_full, due_at, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', $8, $9, $10, $11, $12, $13, $13)
    ON CONFLICT (workspace_id, idempotency_key) DO NOTHING";

impl Store {
    /// Takes note of an effect that is wanted. [`StoreError::NotFound`] if an upload that it is made of is gone.
    pub async fn create_effect(&self, new: NewEffect) -> Result<Created, StoreError> {
        let now = self.clock.now();
        let id = EffectId::at(now);
        let mut tx = self.db.begin().await?;
        let inserted = tx
            .query(INSERT)
            .bind(id)
            .bind(new.workspace)
            .bind(new.account)
            .bind(new.kind.as_str().to_owned())
            .bind(new.state.as_str().to_owned())
            .bind(new.intent.clone())
            .bind(written(&new.warnings))
            .bind(new.idempotency_key.clone())
            .bind(new.request_hash.to_vec())
            .bind(new.publish_at)
            .bind(new.when_full.as_str().to_owned())
            .bind(new.due_at)
            .bind(now)
            .execute()
            .await?;
        let created = if inserted == 0 {
            before(&mut tx, &new).await?
        } else {
            uploads::refer(&mut tx, id, new.workspace, &new.uploads).await?;
            let told = FeedEntry {
                account_key: new.account,
                kind: new.kind.asked_for(new.state),
                object_id: id.to_string(),
                event_id: None,
            };
            feed::tell(&mut tx, &[told], now).await?;
            let query = tx.query(COLUMNS).push_bind("e.id = ", id);
            Created::New(Box::new(query.one().await?))
        };
        tx.commit().await?;
        Ok(created)
    }

    /// What a workspace asked for under this name.
    pub async fn effect_named(
        &self,
        workspace: WorkspaceId,
        name: String,
    ) -> Result<Option<Effect>, StoreError> {
        let query = self.db.query(COLUMNS).push_bind("e.workspace_id = ", workspace);
        let query = query.push_bind(" AND e.idempotency_key = ", name);
        Ok(query.optional().await?)
    }
}

/// What was asked for before under the same name.
async fn before(tx: &mut Tx, new: &NewEffect) -> Result<Created, StoreError> {
    let name = new.idempotency_key.clone().unwrap_or_default();
    let query = tx.query(COLUMNS).push_bind("e.workspace_id = ", new.workspace);
    let found: Effect = query.push_bind(" AND e.idempotency_key = ", name).one().await?;
    let same = found.request_hash == new.request_hash && found.account_key == new.account;
    Ok(if same {
        Created::Before(Box::new(found))
    } else {
        Created::Other
    })
}

//! Reading effects and their journals.

use super::model::{COLUMNS, Effect, EffectStep};
use crate::domain::{AccountKey, EffectId, EffectKind, EffectState, Timestamp, WorkspaceId};
use crate::store::db::{Texts, in_list};
use crate::store::page::PageRequest;
use crate::store::{Store, StoreError};

/// Which effects are wanted.
#[derive(Clone, Copy, Debug)]
pub struct EffectFilter {
    /// Of this kind only.
    pub kind: EffectKind,
    /// Of this tenant only.
    pub workspace: Option<WorkspaceId>,
    /// Of this account only.
    pub account: Option<AccountKey>,
    /// In this state only.
    pub state: Option<EffectState>,
}

impl Store {
    /// A page of effects, the newest first.
    pub async fn effects(&self, filter: EffectFilter, page: PageRequest) -> Result<Vec<Effect>, StoreError> {
        let mut query = self.db.query(COLUMNS).push_bind("e.id < ", page.below());
        query = query.push_bind(" AND e.kind = ", filter.kind.as_str().to_owned());
        if let Some(workspace) = filter.workspace {
            query = query.push_bind(" AND e.workspace_id = ", workspace);
        }
        if let Some(account) = filter.account {
            query = query.push_bind(" AND e.account_key = ", account);
        }
        if let Some(state) = filter.state {
            query = query.push_bind(" AND e.state = ", state.as_str().to_owned());
        }
        let query = query.push_bind(" ORDER BY e.id DESC LIMIT ", page.limit);
        Ok(query.all().await?)
    }

    /// One effect of a kind, if the workspace may see it.
    pub async fn effect(
        &self,
        kind: EffectKind,
        id: EffectId,
        workspace: Option<WorkspaceId>,
    ) -> Result<Effect, StoreError> {
        let query = self.db.query(COLUMNS).push_bind("e.id = ", id);
        let query = query.push_bind(" AND e.kind = ", kind.as_str().to_owned());
        let query = match workspace {
            Some(workspace) => query.push_bind(" AND e.workspace_id = ", workspace),
            None => query,
        };
        query.optional().await?.ok_or(StoreError::NotFound(kind.as_str()))
    }

    /// The journal of an effect, oldest step first.
    pub async fn effect_steps(&self, id: EffectId) -> Result<Vec<EffectStep>, StoreError> {
        let query = self.db.query(
            "SELECT number, step, detail, began_at, ended_at, outcome, message, call_id
            FROM effect_steps WHERE effect_id = $1 ORDER BY number",
        );
        Ok(query.bind(id).all().await?)
    }

    /// Those of Meta's ids that are another effect's result.
    pub async fn results_of_others(
        &self,
        effect: &Effect,
        ids: &[String],
    ) -> Result<Vec<String>, StoreError> {
        let query = self.db.query(in_list!(
            "SELECT result_id FROM effects WHERE result_id",
            "$1",
            " AND account_key = $2 AND id <> $3"
        ));
        let query = query
            .bind(Texts::of(ids.iter().cloned()))
            .bind(effect.account_key);
        let rows: Vec<(String,)> = query.bind(effect.id).all().await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// What the account's other effects of this kind want of which nobody knows whether they were made, as JSON.
    pub async fn in_doubt_beside(&self, effect: &Effect) -> Result<Vec<String>, StoreError> {
        let query = self.db.query(
            "SELECT intent FROM effects WHERE account_key = $1 AND id <> $2 AND kind = $3
            AND state IN ('sending', 'uncertain')",
        );
        let query = query.bind(effect.account_key).bind(effect.id);
        let rows: Vec<(String,)> = query.bind(effect.kind.as_str().to_owned()).all().await?;
        Ok(rows.into_iter().map(|(intent,)| intent).collect())
    }

    /// How many containers were asked for as an account since then.
    pub async fn containers_since(&self, account: AccountKey, since: Timestamp) -> Result<i64, StoreError> {
        let query = self.db.query(
            "SELECT COUNT(*) FROM effect_steps s JOIN effects e ON e.id = s.effect_id
            WHERE e.account_key = $1 AND e.updated_at >= $2 AND s.began_at >= $2 AND s.step = 'create-container'",
        );
        let row: (i64,) = query.bind(account).bind(since).one().await?;
        Ok(row.0)
    }
}

//! Claiming: whoever works on an effect has a lease on it, and nobody works on two of one account at once, but for what
//! is done apart.

use std::time::Duration;

use super::model::{COLUMNS, Effect};
use crate::domain::{AccountKey, EffectId, Timestamp, WorkerId};
use crate::store::{Store, StoreError, lanes};

const NEXT: &str = "SELECT e.id, e.account_key FROM effects e
    WHERE e.due_at <= $1 AND (e.lease_until IS NULL OR e.lease_until < $1)
    AND NOT EXISTS (SELECT 1 FROM effects o WHERE o.account_key = e.account_key AND o.lease_until >= $1 AND NOT o.apart)
    ORDER BY e.due_at, e.id LIMIT 1";

const CLAIM: &str = "UPDATE effects SET lease_until = $3, holder = $4, apart = FALSE, fence = fence + 1
    WHERE id = $1 AND due_at <= $2 AND (lease_until IS NULL OR lease_until < $2)
    AND NOT EXISTS (SELECT 1 FROM effects o WHERE o.account_key = $5 AND o.lease_until >= $2 AND NOT o.apart)";

/// What waits for another one of its account is looked at when that has ended.
const NEXT_DUE: &str = "SELECT e.due_at FROM effects e WHERE e.due_at IS NOT NULL AND e.lease_until IS NULL
    AND NOT EXISTS (SELECT 1 FROM effects o WHERE o.account_key = e.account_key AND o.lease_until >= $1 AND NOT o.apart)
    ORDER BY e.due_at LIMIT 1";

const GIVE_BACK: &str =
    "UPDATE effects SET lease_until = NULL, apart = FALSE, due_at = $3 WHERE id = $1 AND fence = $2
    AND lease_until IS NOT NULL";

impl Store {
    /// Claims the effect that is longest due, of an account that nobody works on, but apart.
    pub async fn claim_effect(
        &self,
        worker: WorkerId,
        lease: Duration,
    ) -> Result<Option<Effect>, StoreError> {
        // Looked for without the writer: most often there is nothing.
        let now = self.clock.now();
        while let Some((id, account)) = self.next_effect(now).await? {
            let mut tx = self.db.begin().await?;
            // Two processes may see two effects of one account: the second waits here, and then sees the lease.
            lanes::hold(&mut tx, [account]).await?;
            let claimed = tx
                .query(CLAIM)
                .bind(id)
                .bind(now)
                .bind(now + lease)
                .bind(worker)
                .bind(account)
                .execute()
                .await?;
            if claimed == 0 {
                continue;
            }
            let effect: Effect = tx.query(COLUMNS).push_bind("e.id = ", id).one().await?;
            tx.commit().await?;
            return Ok(Some(effect));
        }
        Ok(None)
    }

    async fn next_effect(&self, now: Timestamp) -> Result<Option<(EffectId, AccountKey)>, StoreError> {
        Ok(self.db.query(NEXT).bind(now).optional().await?)
    }

    /// Frees the effects of a process that is gone: on SQLite there is one process, and it has just started.
    pub async fn free_effects(&self) -> Result<(), StoreError> {
        if !self.is_embedded() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        tx.query("UPDATE effects SET lease_until = NULL, apart = FALSE, fence = fence + 1 WHERE lease_until IS NOT NULL")
            .execute()
            .await?;
        Ok(tx.commit().await?)
    }

    /// Gives an effect back as it is stored, to be taken again then; nothing if somebody else has it by now.
    pub async fn give_effect_back(
        &self,
        id: EffectId,
        fence: i64,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        tx.query(GIVE_BACK)
            .bind(id)
            .bind(fence)
            .bind(due_at)
            .execute()
            .await?;
        Ok(tx.commit().await?)
    }

    /// When the next effect is due that could be claimed then, as far as is known now.
    pub async fn next_effect_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = self.db.query(NEXT_DUE).bind(self.clock.now());
        let next: Option<(Timestamp,)> = query.optional().await?;
        Ok(next.map(|(due,)| due))
    }
}

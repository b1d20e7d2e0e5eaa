//! Removing deliveries whose events are all finished, and those that could not be read.

use super::super::db::{DeliveryIds, Sql, in_list};
use super::super::{Store, StoreError, counts};
use super::aged::unfinished;
use super::sweep::Slice;
use crate::domain::{DeliveryId, Timestamp};

/// Bytes removed in one transaction, give or take one body.
const BYTES_AT_ONCE: i64 = 1024 * 1024;

macro_rules! remove {
    ($list:literal) => {
        concat!(
            "DELETE FROM deliveries AS d WHERE d.received_at < $2 AND NOT ",
            unfinished!(),
            " AND d.id ",
            $list,
            " RETURNING id"
        )
    };
}

/// Looked at again: an event may be back at work.
const REMOVE: Sql = Sql {
    sqlite: remove!("IN (SELECT value FROM json_each($1))"),
    postgres: remove!("= ANY($1)"),
};

impl Store {
    /// Removes a slice of deliveries from before, after this one.
    pub(super) async fn retire_deliveries(
        &self,
        before: Option<Timestamp>,
        after: DeliveryId,
    ) -> Result<Slice<DeliveryId>, StoreError> {
        let Some(before) = before else {
            return Ok(Slice::NOTHING);
        };
        let aged = self.aged_deliveries(before, after).await?;
        let Some(last) = aged.last() else {
            return Ok(Slice::NOTHING);
        };
        let (mut next, mut ids, mut bytes) = (last.id, Vec::new(), 0);
        for delivery in aged.iter().filter(|delivery| delivery.finished) {
            ids.push(delivery.id);
            bytes += delivery.body_bytes;
            if ids.len() >= self.events_at_once() || bytes >= BYTES_AT_ONCE {
                next = delivery.id;
                break;
            }
        }
        let removed = self.remove_deliveries(ids, before).await?;
        Ok(removed.map_or(Slice::NOTHING, |removed| Slice {
            removed,
            next: Some(next),
        }))
    }

    /// Removes these, moves them among the retired ones, and tells how many; `None` while another process removes.
    async fn remove_deliveries(
        &self,
        ids: Vec<DeliveryId>,
        before: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        if ids.is_empty() {
            return Ok(Some(0));
        }
        let Some(mut tx) = self.begin_removing().await? else {
            return Ok(None);
        };
        let query = tx.query(REMOVE).bind(DeliveryIds::of(ids)).bind(before);
        let removed: Vec<(DeliveryId,)> = query.all().await?;
        let unreadable = tx
            .query(in_list!(
                "DELETE FROM unreadable_deliveries WHERE delivery_id",
                "$1",
                ""
            ))
            .bind(DeliveryIds::of(removed.iter().map(|(id,)| *id)))
            .execute()
            .await?;
        tx.query(in_list!(
            "DELETE FROM redacted_deliveries WHERE delivery_id",
            "$1",
            ""
        ))
        .bind(DeliveryIds::of(removed.iter().map(|(id,)| *id)))
        .execute()
        .await?;
        let removed = removed.len() as u64;
        let unpacked = removed.saturating_sub(unreadable);
        counts::moved(
            &mut tx,
            self.shard,
            counts::UNREADABLE,
            counts::RETIRED,
            unreadable,
        )
        .await?;
        counts::moved(&mut tx, self.shard, counts::UNPACKED, counts::RETIRED, unpacked).await?;
        tx.commit().await?;
        Ok(Some(removed))
    }
}

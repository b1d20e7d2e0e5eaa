//! What was erased stays erased: items that tell of it again are dropped, and the bytes that brought them go, too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use super::super::db::{Bulk, Sql, Texts, Tx, in_list};
use super::super::{Store, StoreError};
use super::person::{event_hash, id_hash};
use super::redaction;
use crate::domain::{AccountKey, DeliveryId, ErasureId, Timestamp};
use crate::webhook::{Content, Item};

const MARK: Bulk = Bulk {
    head: "INSERT INTO tombstones (hash, kind, erasure_id)",
    columns: 3,
    tail: "ON CONFLICT (hash) DO UPDATE SET erasure_id = excluded.erasure_id",
};

/// From now on nothing is kept under these ids, until somebody connects one of them.
pub(super) async fn mark_accounts<'a>(
    tx: &mut Tx,
    erasure: ErasureId,
    ids: impl IntoIterator<Item = &'a String>,
) -> Result<(), StoreError> {
    let hashes = ids.into_iter().map(|id| id_hash(id)).collect();
    mark(tx, "account", hashes, erasure).await
}

/// From now on these events, by the hashes of what identifies them, are not made anew.
pub(super) async fn mark_events(
    tx: &mut Tx,
    erasure: ErasureId,
    hashes: BTreeSet<String>,
) -> Result<(), StoreError> {
    mark(tx, "event", hashes, erasure).await
}

async fn mark(
    tx: &mut Tx,
    kind: &'static str,
    hashes: BTreeSet<String>,
    erasure: ErasureId,
) -> Result<(), StoreError> {
    let hashes: Vec<String> = hashes.into_iter().collect();
    tx.bulk(&MARK, &hashes, |row, hash| {
        row.bind(hash.clone()).bind(kind.to_owned()).bind(erasure)
    })
    .await?;
    Ok(())
}

/// Somebody connects the account that goes by these ids: what comes for it is kept again, under any of its ids, and an
/// erasure that still runs looks for them no more.
pub(in crate::store) async fn revive<'a>(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = &'a String> + Clone,
) -> Result<(), StoreError> {
    tx.query(in_list!(
        "DELETE FROM tombstones WHERE kind = 'account' AND erasure_id IN
            (SELECT erasure_id FROM tombstones WHERE kind = 'account' AND hash",
        "$1",
        ")"
    ))
    .bind(Texts::of(ids.clone().into_iter().map(|id| id_hash(id))))
    .execute()
    .await?;
    for statement in [UNCLAIM, UNLOOK] {
        let ids = Texts::of(ids.clone().into_iter().cloned());
        tx.query(statement).bind(ids).execute().await?;
    }
    Ok(())
}

/// A slice that is under way with these ids is lost.
const UNCLAIM: Sql = in_list!(
    "UPDATE erasures SET version = version + 1 WHERE id IN (SELECT erasure_id FROM erasure_ids WHERE id",
    "$1",
    ")"
);

const UNLOOK: Sql = in_list!(
    "DELETE FROM erasure_ids WHERE erasure_id IN (SELECT erasure_id FROM erasure_ids WHERE id",
    "$1",
    ")"
);

/// Which of these ids, that no account goes by, are those of an erased one.
pub(in crate::store) async fn erased_accounts(
    tx: &mut Tx,
    ids: &[String],
) -> Result<BTreeSet<String>, StoreError> {
    let mut by_hash: BTreeMap<String, &String> = ids.iter().map(|id| (id_hash(id), id)).collect();
    let query = tx.query(in_list!(
        "SELECT hash FROM tombstones WHERE kind = 'account' AND hash",
        "$1",
        ""
    ));
    let found: Vec<(String,)> = query.bind(Texts::of(by_hash.keys().cloned())).all().await?;
    let ids = found.into_iter().filter_map(|(hash,)| by_hash.remove(&hash));
    Ok(ids.cloned().collect())
}

/// An item, the delivery that brought it, and when that came.
pub(in crate::store) type Brought = (DeliveryId, Timestamp, Item);

impl Store {
    /// Leaves out the items of erased accounts, which are those that have no account, and erased events. The
    /// deliveries that brought them lose their bytes once they have been read.
    pub(in crate::store) async fn spare_erased(
        &self,
        tx: &mut Tx,
        items: Vec<Brought>,
        accounts: &BTreeMap<String, AccountKey>,
    ) -> Result<Vec<Brought>, StoreError> {
        let erased = self.erased_events(tx, &items).await?;
        let (kept, dropped): (Vec<_>, Vec<_>) = items.into_iter().partition(|(.., item)| {
            let known = !has_account(item) || accounts.contains_key(&item.entry_id);
            known && (erased.is_empty() || !erased.contains(&hash_of(item)))
        });
        let deliveries: BTreeSet<DeliveryId> = dropped.into_iter().map(|(id, ..)| id).collect();
        redaction::queue(tx, None, deliveries).await?;
        Ok(kept)
    }

    /// The hashes among these items' that are erased events'. Asked only where there may be any: a process that has the
    /// database to itself remembers that there are none.
    async fn erased_events(&self, tx: &mut Tx, items: &[Brought]) -> Result<BTreeSet<String>, StoreError> {
        if self.is_embedded() {
            if self.no_event_erased.load(Ordering::Acquire) {
                return Ok(BTreeSet::new());
            }
            let query = tx.query("SELECT hash FROM tombstones WHERE kind = 'event' LIMIT 1");
            let any: Option<(String,)> = query.optional().await?;
            if any.is_none() {
                self.no_event_erased.store(true, Ordering::Release);
                return Ok(BTreeSet::new());
            }
        }
        let query = tx.query(in_list!(
            "SELECT hash FROM tombstones WHERE kind = 'event' AND hash",
            "$1",
            ""
        ));
        let hashes = Texts::of(items.iter().map(|(.., item)| hash_of(item)));
        let found: Vec<(String,)> = query.bind(hashes).all().await?;
        Ok(found.into_iter().map(|(hash,)| hash).collect())
    }
}

fn hash_of(item: &Item) -> String {
    event_hash(&item.entry_id, item.field.as_str(), &item.key)
}

/// Whether an item belongs to an account: tests and what names none do not.
pub(in crate::store) fn has_account(item: &Item) -> bool {
    !item.entry_id.is_empty() && !matches!(item.content, Content::Test)
}

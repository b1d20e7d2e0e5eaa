//! Calls as the store keeps them: what was asked, and what the answers told of quotas.

use std::error::Error;

use crate::domain::{AccountKey, Timestamp};
use crate::graph::{Access, Call};
use crate::store::{CallRecord, PoolUse, Store, StoreError};

/// The record of a call that settled so many events.
pub fn call_record(call: &Call, settled: usize) -> CallRecord {
    CallRecord {
        id: call.id,
        at: call.started_at,
        method: call.method,
        path: call.path.clone(),
        status: call.status.map(i64::from),
        class: call.class.map(|class| class.to_string()),
        duration_us: i64::try_from(call.duration.as_micros()).unwrap_or(i64::MAX),
        settled: i64::try_from(settled).unwrap_or(i64::MAX),
    }
}

/// What a call told of the pools that it drew on.
pub fn pools_told(access: &Access, call: &Call, now: Timestamp) -> Vec<PoolUse> {
    let pools = call.usage.for_pools(access).into_iter();
    let told = pools.map(|pool| {
        if let Some(percent) = pool.percent {
            metrics::gauge!("belino_budget_used_percent", "pool" => pool.key.kind()).set(f64::from(percent));
        }
        PoolUse {
            key: pool.key.to_string(),
            usage: pool.percent.map(i64::from),
            rest_until: pool.regain.map(|regain| now + regain),
        }
    });
    told.collect()
}

/// Until when Meta asks for no further call by an access, if that is so.
pub async fn rest_of(store: &Store, access: &Access) -> Result<Option<Timestamp>, StoreError> {
    let keys = access.pools().iter().map(ToString::to_string).collect();
    let rests = store.pools(keys).await?.into_iter();
    let until = rests.filter_map(|pool| pool.rest_until).max();
    let now = store.clock().now();
    Ok(until.filter(|until| *until > now))
}

/// Notes calls that were made for no event. What they were made for does not fail for it.
pub(super) async fn note(store: &Store, account: Option<AccountKey>, calls: &[Call], pools: Vec<PoolUse>) {
    let records: Vec<CallRecord> = calls.iter().map(|call| call_record(call, 0)).collect();
    if let Err(error) = store.note_calls(account, &records, pools).await {
        tracing::error!(error = &error as &dyn Error, "could not note calls");
    }
}

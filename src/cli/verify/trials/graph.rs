//! Meta's bad days: Graph fails, throttles, or takes a token back.

use std::time::Duration;

use serde_json::{Value, json};

use super::trial::NOW;
use crate::cli::Failure;
use crate::cli::meta::text;
use crate::cli::verify::bed::{Bed, SETTLED, count};
use crate::cli::verify::row::Stop;

const DELIVERIES: usize = 300;
const OUTAGE: Duration = Duration::from_secs(3);
const ALWAYS: u32 = u32::MAX;

/// All calls fail for a while, then some do, each in another way.
pub(super) async fn outage(bed: &mut Bed) -> Result<(), Stop> {
    let deliveries = bed.written(&bed.accounts, DELIVERIES, NOW).await?;
    let (first, second) = deliveries.split_at(DELIVERIES / 2);
    let all = json!({});
    bed.meta
        .fault(
            json!({ "error": { "code": 2, "http": 500 } }),
            all.clone(),
            ALWAYS,
        )
        .await?;
    bed.load.send(first).await;
    tokio::time::sleep(OUTAGE).await;
    bed.meta.calm().await?;
    for what in ["drop_connection", "answer_lost", "garbage", "empty"] {
        bed.meta.fault(json!(what), all.clone(), 3).await?;
    }
    bed.load.send(second).await;
    bed.settle().await?;
    Ok(())
}

/// Each account's next call meets an empty budget.
pub(super) async fn throttling(bed: &mut Bed) -> Result<(), Stop> {
    for account in &bed.accounts {
        bed.meta
            .fault(json!("throttle"), json!({ "account": account.id }), 1)
            .await?;
    }
    let deliveries = bed.written(&bed.accounts, DELIVERIES, NOW).await?;
    bed.load.send(&deliveries).await;
    bed.settle().await?;
    Ok(())
}

/// A token is revoked; the person connects again later.
pub(super) async fn revoked(bed: &mut Bed) -> Result<(), Stop> {
    let Some(mut account) = bed.accounts.first().cloned() else {
        return Ok(());
    };
    let taken = json!({ "access_token": account.token, "state": "revoked" });
    bed.meta.make("tokens", taken).await?;
    let deliveries = bed.written(&bed.accounts, DELIVERIES, NOW).await?;
    bed.load.send(&deliveries).await;
    let parked =
        |summary: &Value| count(summary, "/events/parked") > 0 && count(summary, "/events/pending") == 0;
    if !bed.until(SETTLED, parked).await? {
        return Err(Failure::Unsuccessful("the revoked token was not noticed".to_owned()).into());
    }
    let wanted = json!({ "account": account.id, "login": "instagram" });
    let issued = bed.meta.make("tokens", wanted).await?;
    account.token = text(&issued, "/access_token").unwrap_or_default();
    bed.connect(&account.token).await?;
    if let Some(first) = bed.accounts.first_mut() {
        *first = account;
    }
    Ok(())
}

//! One account's trouble is its own.

use serde_json::{Value, json};

use super::trial::NOW;
use crate::cli::Failure;
use crate::cli::verify::bed::{Bed, SETTLED, count};
use crate::cli::verify::row::Stop;

const DELIVERIES: usize = 150;

/// Every call for one account fails; the others' comments are done meanwhile, its own after the cure.
pub(super) async fn failing_account(bed: &mut Bed) -> Result<(), Stop> {
    let Some((sick, healthy)) = bed.accounts.split_first() else {
        return Ok(());
    };
    let error = json!({ "error": { "code": 2, "http": 500 } });
    bed.meta
        .fault(error, json!({ "account": sick.id }), u32::MAX)
        .await?;
    let its = bed.written(std::slice::from_ref(sick), DELIVERIES, NOW).await?;
    let theirs = bed.written(healthy, DELIVERIES, NOW).await?;
    let ill: usize = its.iter().map(|delivery| delivery.comments.len()).sum();
    bed.load.send(&its).await;
    bed.load.send(&theirs).await;
    let only_its_own = |summary: &Value| {
        let left: u64 = ["pending", "waiting", "parked"]
            .iter()
            .map(|state| count(summary, &format!("/events/{state}")))
            .sum();
        count(summary, "/deliveries/waiting") == 0 && left == ill as u64
    };
    // However long the healthy ones take on a slow machine: what the sick one has is still to be done.
    if bed.until(SETTLED, only_its_own).await? {
        return Ok(());
    }
    Err(Failure::Unsuccessful("the healthy accounts were not served meanwhile".to_owned()).into())
}

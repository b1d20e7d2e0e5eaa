//! What is left undone: deliveries that nobody has read, or could; events that were given up, or wait.

use std::time::Duration;

use super::code::Code;
use super::finding::Finding;
use crate::store::{Store, StoreError};

const CHECK: &str = "backlog";
/// Unpacking is a matter of a second.
const UNREAD: Duration = Duration::from_mins(5);

/// Counts.
pub(super) async fn look(store: &Store) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let now = store.clock().now();
    if let Some(oldest) = store.received(1).await?.first() {
        let waits = now.since(oldest.received_at);
        if waits > UNREAD {
            let minutes = waits.as_secs() / 60;
            findings.push(Code::UnpackBehind.found(format!(
                "the oldest delivery has waited for {minutes} minutes to be read"
            )));
        }
    }
    let summary = store.summary(None).await?;
    let unreadable = summary
        .counters
        .get("deliveries.unreadable")
        .copied()
        .unwrap_or(0);
    let counts = [
        (
            unreadable,
            Code::DeliveriesUnreadable,
            "deliveries could not be read",
        ),
        (summary.events.dead, Code::EventsDead, "events were given up"),
        (summary.events.parked, Code::EventsParked, "events are parked"),
    ];
    let many = counts.iter().filter(|(count, ..)| *count > 0);
    findings.extend(many.map(|(count, code, what)| code.found(format!("{count} {what}"))));
    if findings.is_empty() {
        findings.push(Finding::passed(CHECK, "nothing is left undone"));
    }
    Ok(findings)
}

//! How everything stands, in numbers.

use std::collections::BTreeMap;

use actix_web::get;
use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::Looking;
use super::auth::Reader;
use super::params::{Nothing, Params};
use super::{Problem, State};
use crate::store::{Counts, Lag, Summary};

/// Events by state. The total is their sum, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Counts)]
pub struct CountsView {
    /// To be processed now.
    pending: i64,
    /// To be tried at a known time.
    waiting: i64,
    /// Held until something changes.
    parked: i64,
    /// Finished.
    done: i64,
    /// Given up.
    dead: i64,
    /// Finished or given up, and removed after the time that such are kept for.
    retired: i64,
    /// All that there ever were.
    total: i64,
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        Self {
            pending: counts.pending,
            waiting: counts.waiting,
            parked: counts.parked,
            done: counts.done,
            dead: counts.dead,
            retired: counts.retired,
            total: counts.total(),
        }
    }
}

/// How far processing is behind.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Lag)]
#[expect(clippy::struct_field_names, reason = "a time has its unit in its name")]
pub struct LagView {
    /// From received to done in seconds, the middle one of the last 200 events.
    done_p50_seconds: Option<f64>,
    /// From received to done in seconds, of 100 events 95 took no longer.
    done_p95_seconds: Option<f64>,
    /// For how many seconds the oldest work has been due; only of the whole installation.
    oldest_due_seconds: Option<f64>,
}

/// Deliveries by what became of them. Those received are the sum of unpacked, unreadable, waiting and retired.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DeliveryCounts)]
pub struct DeliveriesView {
    /// Kept, ever.
    received: i64,
    /// Whose items are events; those that are still kept.
    unpacked: i64,
    /// That could not be read; those that are still kept.
    unreadable: i64,
    /// That nobody has read yet.
    waiting: i64,
    /// That were removed after the time that they are kept for.
    retired: i64,
    /// That were refused and kept in quarantine, ever.
    quarantined: i64,
    /// That were refused and not kept, since this process began.
    quarantine_dropped: u64,
}

/// What Graph was asked.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = CallCounts)]
pub struct CallsView {
    /// Calls made, ever; only of the whole installation.
    made: Option<i64>,
    /// Events that were enriched by them, ever; only of the whole installation.
    enriched_events: Option<i64>,
    /// Calls per thousand enriched events; null before the first. Of a workspace those of its accounts, among the
    /// last 5,000 calls.
    per_thousand_events: Option<f64>,
}

/// How everything stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Summary)]
pub struct SummaryView {
    /// Events by state.
    events: CountsView,
    /// Events by field and state.
    fields: BTreeMap<String, CountsView>,
    /// How far processing is behind.
    lag: LagView,
    /// What Graph was asked.
    calls: CallsView,
    /// Deliveries; only of the whole installation, since one can hold several workspaces' events.
    deliveries: Option<DeliveriesView>,
}

/// Shows how everything stands: the whole installation to an operator, else the workspace.
#[utoipa::path(
    tag = "overview",
    operation_id = "read_summary",
    responses((status = 200, description = "As it stands", body = SummaryView), Looking)
)]
#[get("/summary")]
pub async fn read(
    caller: Reader,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<SummaryView>, Problem> {
    let summary = state.store.summary(caller.workspace).await?;
    let lag = state.store.lag(caller.workspace).await?;
    // What nobody can tell apart by workspaces is shown to who looks at all of them.
    let whole = caller.workspace.is_none();
    Ok(Json(SummaryView {
        lag: lag_view(&lag, &state, whole),
        calls: calls(&summary, whole),
        deliveries: whole.then(|| deliveries(&summary, state.quarantine.dropped())),
        events: summary.events.into(),
        fields: summary
            .fields
            .into_iter()
            .map(|(field, counts)| (field, counts.into()))
            .collect(),
    }))
}

fn counter(summary: &Summary, name: &str) -> i64 {
    summary.counters.get(name).copied().unwrap_or(0)
}

fn deliveries(summary: &Summary, dropped: u64) -> DeliveriesView {
    let [received, unpacked, unreadable, retired, quarantined] = [
        "deliveries.received",
        "deliveries.unpacked",
        "deliveries.unreadable",
        "deliveries.retired",
        "deliveries.quarantined",
    ]
    .map(|name| counter(summary, name));
    DeliveriesView {
        received,
        unpacked,
        unreadable,
        waiting: received - unpacked - unreadable - retired,
        retired,
        quarantined,
        quarantine_dropped: dropped,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a ratio to be read by people")]
fn calls(summary: &Summary, whole: bool) -> CallsView {
    let (made, enriched) = (
        counter(summary, "graph.calls"),
        counter(summary, "events.enriched"),
    );
    CallsView {
        made: whole.then_some(made),
        enriched_events: whole.then_some(enriched),
        per_thousand_events: (enriched > 0).then(|| made as f64 * 1_000.0 / enriched as f64),
    }
}

fn lag_view(lag: &Lag, state: &State, whole: bool) -> LagView {
    let now = state.store.clock().now();
    LagView {
        done_p50_seconds: lag.done_p50_us.map(seconds),
        done_p95_seconds: lag.done_p95_us.map(seconds),
        oldest_due_seconds: lag
            .oldest_due
            .filter(|_| whole)
            .map(|due| now.since(due).as_secs_f64()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a century fit")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1_000_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(counters: &[(&str, i64)]) -> Summary {
        let counters = counters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect();
        Summary {
            counters,
            ..Summary::default()
        }
    }

    #[test]
    fn every_delivery_is_accounted_for() {
        let summary = summary(&[
            ("deliveries.received", 15),
            ("deliveries.retired", 5),
            ("deliveries.unpacked", 6),
            ("deliveries.unreadable", 1),
            ("deliveries.quarantined", 4),
        ]);
        let view = deliveries(&summary, 2);
        let whole = view.unpacked + view.unreadable + view.waiting + view.retired;
        assert_eq!(view.received, whole);
        assert_eq!(
            (view.waiting, view.quarantined, view.quarantine_dropped),
            (3, 4, 2)
        );
    }

    #[test]
    fn calls_are_counted_per_thousand_enriched_events_once_there_are_any() {
        let view = calls(&summary(&[("graph.calls", 30), ("events.enriched", 1_500)]), true);
        assert_eq!((view.made, view.per_thousand_events), (Some(30), Some(20.0)));
        let view = calls(&summary(&[("graph.calls", 3)]), false);
        assert_eq!((view.made, view.per_thousand_events), (None, None));
    }
}

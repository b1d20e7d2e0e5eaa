//! The metrics' recorder and the help text of each metric.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Bounds of every `…_seconds` histogram: from a fast commit to Meta's patience.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Bounds of the size of a group commit.
const GROUPS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// What each metric says. Names end in their unit; labels never name an account.
const DESCRIPTIONS: [(Kind, &str, &str); 25] = [
    (
        Kind::Counter,
        "belino_deliveries_received_total",
        "Deliveries that were kept",
    ),
    (
        Kind::Counter,
        "belino_deliveries_refused_total",
        "Deliveries that were refused, by the code of the refusal",
    ),
    (
        Kind::Counter,
        "belino_quarantine_dropped_total",
        "Refused deliveries that the quarantine had no room for",
    ),
    (
        Kind::Histogram,
        "belino_delivery_seconds",
        "From a delivery's first byte to its answer",
    ),
    (
        Kind::Histogram,
        "belino_ledger_commit_seconds",
        "Time of one group commit of the ledger",
    ),
    (
        Kind::Histogram,
        "belino_ledger_commit_deliveries",
        "Deliveries in one group commit of the ledger",
    ),
    (
        Kind::Histogram,
        "belino_store_turn_seconds",
        "Time that work other than the ledger's had SQLite's writer, so that deliveries waited",
    ),
    (
        Kind::Counter,
        "belino_events_stored_total",
        "Events that were new",
    ),
    (
        Kind::Counter,
        "belino_events_repeated_total",
        "Items that were events already",
    ),
    (
        Kind::Counter,
        "belino_events_settled_total",
        "Events that were finished, by outcome",
    ),
    (
        Kind::Counter,
        "belino_events_failed_total",
        "Tries that failed, by class of the error",
    ),
    (
        Kind::Gauge,
        "belino_events",
        "Events by state, as the whole installation stands",
    ),
    (
        Kind::Counter,
        "belino_retired_total",
        "Rows that were removed after the time that they are kept for, by kind",
    ),
    (
        Kind::Counter,
        "belino_logins_total",
        "Logins through Meta's dialogs that ended, by result",
    ),
    (
        Kind::Counter,
        "belino_connection_looks_total",
        "Looks at connections, by what came of them",
    ),
    (
        Kind::Gauge,
        "belino_connections_expiring",
        "Connections that end within so many days unless a person logs in again",
    ),
    (
        Kind::Counter,
        "belino_token_renewals_total",
        "Renewals of tokens, by outcome",
    ),
    (
        Kind::Counter,
        "belino_callbacks_total",
        "Requests of Meta's to end access or to delete data, by kind and outcome",
    ),
    (
        Kind::Counter,
        "belino_erased_total",
        "Rows that were removed at people's request, by kind",
    ),
    (
        Kind::Histogram,
        "belino_lag_seconds",
        "Time between stages: sent by Meta to received, received to stored, received to done",
    ),
    (
        Kind::Gauge,
        "belino_clock_ahead_seconds",
        "What this machine's clock shows more than the database's (Postgres)",
    ),
    (
        Kind::Gauge,
        "belino_feed_streams",
        "Streams of the feed that are open",
    ),
    (
        Kind::Counter,
        "belino_graph_calls_total",
        "Calls to the Graph API by result class",
    ),
    (
        Kind::Histogram,
        "belino_graph_call_seconds",
        "Time of one call to the Graph API",
    ),
    (
        Kind::Gauge,
        "belino_budget_used_percent",
        "How full Meta's quotas were when last told, by kind of pool",
    ),
];

/// Starts recording, the first time it is asked in a process; every time it gives what `/metrics` renders.
///
/// # Panics
/// If something else records this process's metrics already.
pub fn install() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(start).clone()
}

fn start() -> PrometheusHandle {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .expect("the bounds are not empty")
        .set_buckets_for_metric(
            Matcher::Full("belino_ledger_commit_deliveries".to_owned()),
            &GROUPS,
        )
        .expect("the bounds are not empty")
        .install_recorder()
        .expect("nothing else records metrics in this process");
    for (kind, name, help) in DESCRIPTIONS {
        match kind {
            Kind::Counter => metrics::describe_counter!(name, help),
            Kind::Gauge => metrics::describe_gauge!(name, help),
            Kind::Histogram => metrics::describe_histogram!(name, help),
        }
    }
    handle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installing_twice_gives_one_recorder_with_buckets_and_help() {
        let (first, second) = (install(), install());
        metrics::histogram!("belino_ledger_commit_seconds").record(0.003);
        metrics::counter!("belino_deliveries_refused_total", "reason" => "too-large").increment(2);
        for handle in [first, second] {
            let page = handle.render();
            assert!(
                page.contains("belino_ledger_commit_seconds_bucket{le=\"0.005\"} 1"),
                "{page}"
            );
            assert!(
                page.contains("belino_deliveries_refused_total{reason=\"too-large\"} 2"),
                "{page}"
            );
            assert!(
                page.contains("# HELP belino_deliveries_refused_total Deliveries that were refused"),
                "{page}"
            );
        }
    }

    #[test]
    fn every_description_follows_the_naming_of_its_kind() {
        for (kind, name, help) in DESCRIPTIONS {
            let endings: &[&str] = match kind {
                Kind::Counter => &["_total"],
                Kind::Histogram => &["_seconds", "_deliveries"],
                Kind::Gauge => &[""],
            };
            let ends = endings.iter().any(|ending| name.ends_with(ending));
            assert!(name.starts_with("belino_") && ends && !help.is_empty(), "{name}");
        }
    }
}

//! The metrics' recorder and the help text of each metric.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Bounds of every `…_seconds` histogram: from a fast commit to Meta's patience.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Bounds of every `…_rows` histogram: up to the largest group of the ledger.
const ROWS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

enum Kind {
    Counter,
    Histogram,
}

/// What each metric says. Names end in their unit; labels never name an account.
const DESCRIPTIONS: [(Kind, &str, &str); 9] = [
    (
        Kind::Counter,
        "belino_deliveries_received_total",
        "Deliveries that were verified and kept",
    ),
    (
        Kind::Counter,
        "belino_deliveries_refused_total",
        "Deliveries that were not kept, by the code of the refusal",
    ),
    (
        Kind::Counter,
        "belino_quarantine_dropped_total",
        "Refused deliveries for which the quarantine had no room",
    ),
    (
        Kind::Histogram,
        "belino_ledger_commit_seconds",
        "Time of one group commit of the ledger",
    ),
    (
        Kind::Histogram,
        "belino_ledger_commit_rows",
        "Deliveries in one group commit of the ledger",
    ),
    (
        Kind::Counter,
        "belino_events_stored_total",
        "Events that unpacking made",
    ),
    (
        Kind::Counter,
        "belino_events_repeated_total",
        "Items that were events already: redeliveries",
    ),
    (
        Kind::Counter,
        "belino_graph_calls_total",
        "Calls to the Graph API by host, edge and class of the result",
    ),
    (
        Kind::Histogram,
        "belino_graph_call_seconds",
        "Time of one call to the Graph API by host and edge",
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
        .set_buckets_for_metric(Matcher::Suffix("_rows".to_owned()), &ROWS)
        .expect("the bounds are not empty")
        .install_recorder()
        .expect("nothing else records metrics in this process");
    for (kind, name, help) in DESCRIPTIONS {
        match kind {
            Kind::Counter => metrics::describe_counter!(name, help),
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
                page.contains("# HELP belino_deliveries_refused_total Deliveries that were not kept"),
                "{page}"
            );
        }
    }

    #[test]
    fn every_description_follows_the_naming_of_its_kind() {
        for (kind, name, help) in DESCRIPTIONS {
            let ending = match kind {
                Kind::Counter => "_total",
                Kind::Histogram if name.ends_with("_rows") => "_rows",
                Kind::Histogram => "_seconds",
            };
            assert!(
                name.starts_with("belino_") && name.ends_with(ending) && !help.is_empty(),
                "{name}"
            );
        }
    }
}

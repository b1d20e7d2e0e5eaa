//! What the demo says: how to look at it, and a line every few seconds.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::stage::Stage;
use crate::cli::{Failure, line};
use crate::store::Store;

/// A line every so long.
const PAUSE: Duration = Duration::from_secs(3);

/// Prints the addresses, the key and calls to try.
pub(super) fn welcome(service: &str, sandbox: &str, stage: &Stage) -> Result<(), Failure> {
    let Stage {
        account,
        username,
        key,
        ..
    } = stage;
    line(&format!(
        "
  service   {service}        (the API is described at {service}/docs)
  sandbox   {sandbox}        (plays Meta: Graph, webhooks, limits, faults)
  account   {account}  @{username}, workspace demo
  key       {key}

  Try, in another terminal:

  curl -s -H 'Authorization: Bearer {key}' '{service}/api/comments?limit=3'
  curl -s -H 'Authorization: Bearer {key}' '{service}/api/summary'
  curl -s -H 'Authorization: Bearer {key}' '{service}/api/feed?limit=5'

  Connect more accounts in a browser: open the address that one of these answers

  curl -s -H 'Authorization: Bearer {key}' '{service}/api/instagram/authorize?login=facebook'
  curl -s -H 'Authorization: Bearer {key}' '{service}/api/instagram/authorize?login=instagram'
  curl -s -H 'Authorization: Bearer {key}' '{service}/api/instagram/status'

  Publish something, and look at the profile as followers see it: {sandbox}/sandbox/feed/{username}/page

  curl -s -H 'Authorization: Bearer {key}' -H 'content-type: application/json' \\
       -d '{{\"account\":\"{account}\",\"kind\":\"image\",\"caption\":\"Fresh\",\"media\":[{{\"url\":\"{sandbox}/sandbox/sample.jpg\"}}]}}' \\
       '{service}/api/instagram/posts'

  Kill it (kill -9), start it again: every acknowledged delivery is still there. Ctrl-C stops it.
"
    ))
}

/// Prints how things stand until told to stop.
pub(super) async fn report(store: Store, stop: CancellationToken) {
    let mut tick = tokio::time::interval(PAUSE);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        let said = match store.summary(None).await {
            Ok(summary) => {
                let count = |name: &str| summary.counters.get(name).copied().unwrap_or_default();
                let events = summary.events;
                let per_thousand = count("graph.calls") * 1_000 / count("events.enriched").max(1);
                format!(
                    "deliveries {:>6} received {:>6} unpacked │ events {:>6} done {:>4} pending {:>4} waiting {:>3} parked {:>3} dead │ {per_thousand} calls per 1,000",
                    count("deliveries.received"),
                    count("deliveries.unpacked"),
                    events.done,
                    events.pending,
                    events.waiting,
                    events.parked,
                    events.dead,
                )
            }
            Err(error) => format!("the store did not answer: {error}"),
        };
        if line(&said).is_err() {
            return;
        }
    }
}

//! A backlog: deliveries that a service in `--role receive` has kept and nobody has read.

use std::sync::Arc;

use anyhow::ensure;

use crate::comments::Comment;
use crate::installation::Installation;
use crate::load::{self, Until};
use crate::payload::Requests;
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};

const CONNECTIONS: usize = 32;

/// Keeps a notification for each `per_delivery` of these comments.
pub async fn fill(
    installation: &Installation,
    sandbox: &Sandbox,
    told: &[Comment],
    per_delivery: usize,
) -> anyhow::Result<()> {
    let requests = Arc::new(Requests::of(&sandbox.account, told, per_delivery));
    let service = Service::start(installation, Role::Receive).await?;
    let outcome = load::run(&[service.addr], &requests, CONNECTIONS, Until::Sent).await?;
    ensure!(
        outcome.refused == 0,
        "{} deliveries were refused",
        outcome.refused
    );
    let summary = service.summary().await?;
    ensure!(
        (summary.received, summary.events) == (requests.len() as u64, 0),
        "the backlog waits whole: {} deliveries and {} events",
        summary.received,
        summary.events
    );
    service.process.stop().await
}

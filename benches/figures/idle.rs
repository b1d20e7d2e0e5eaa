//! One comment at a time on an idle system: from the webhook's first byte to the enriched comment in the API.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::comments::Comment;
use crate::http1::Connection;
use crate::installation::{Installation, scratch};
use crate::payload::Requests;
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};
use crate::spread::{grouped, millis, percentile};
use crate::table::Table;
use crate::wait;

/// How often a webhook comes.
const EVERY: Duration = Duration::from_millis(300);

/// Measures.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let times = if quick { 10 } else { 40 };
    let folder = scratch()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let installation = Installation::connected(&sandbox, None)?;
    let service = Service::start(&installation, Role::Both).await?;
    let media = sandbox.post().await?;
    let (mut answered, mut visible) = (Vec::new(), Vec::new());
    let mut tick = tokio::time::interval(EVERY);
    for _ in 0..times {
        let id = sandbox
            .comments(media, 1)
            .await?
            .first()
            .copied()
            .unwrap_or_default();
        let comment = Comment {
            id,
            media,
            parent: None,
        };
        let requests = Arc::new(Requests::of(&sandbox.account, &[comment], 1));
        tick.tick().await;
        let (first, second) = one(&service, &requests, comment).await?;
        answered.push(first);
        visible.push(second);
    }
    let mut table = Table::new(&["from the webhook's first byte", "p50 ms", "p95 ms", "max ms"]);
    for (what, mut micros) in [
        ("to the answer 200", answered),
        ("to the enriched comment in `GET /api/comments`", visible),
    ] {
        micros.sort_unstable();
        let at = |share| grouped(millis(percentile(&micros, share)), 1);
        table.row([what.to_owned(), at(50.0), at(95.0), at(100.0)]);
    }
    table.note(format!("{times} webhooks, one every {EVERY:?}, on one post; the API is asked again as soon as it has answered."));
    Ok(table)
}

/// Microseconds to the answer, and to the comment.
async fn one(service: &Service, requests: &Requests, comment: Comment) -> anyhow::Result<(u32, u32)> {
    let mut connection = Connection::open(service.addr).await?;
    let request = requests.get(0).unwrap_or_default();
    let began = Instant::now();
    let micros = || u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX);
    let status = connection.ask(request).await?;
    ensure!(status == 200, "the webhook was answered with {status}");
    let answered = micros();
    wait::until(
        "the comment is visible",
        Duration::ZERO,
        Duration::from_secs(10),
        async || service.shows(comment.media, comment.id).await.ok()?.then_some(()),
    )
    .await?;
    Ok((answered, micros()))
}

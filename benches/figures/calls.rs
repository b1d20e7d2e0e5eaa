//! Graph calls: how many a thousand comments cost, while they keep coming.

use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::future::try_join_all;

use crate::installation::{Installation, scratch};
use crate::sandbox::Sandbox;
use crate::service::{Role, Service};
use crate::spread::{Spread, float, grouped};
use crate::table::Table;

/// How often some are written, and how many then: 1,000 a second.
const EVERY: Duration = Duration::from_millis(10);
const AT_ONCE: usize = 10;
/// Of the ten, one answers one of a few comments.
const PARENTS: usize = 5;
const PATIENCE: Duration = Duration::from_mins(2);

/// What one run cost.
struct Cost {
    calls: f64,
    comments: f64,
    arriving: Duration,
    done: Duration,
}

/// Measures.
pub async fn measure(quick: bool) -> anyhow::Result<Table> {
    let (comments, rounds) = if quick { (1_000, 1) } else { (5_000, 3) };
    let mut table = Table::new(&[
        "comments",
        "on",
        "Graph calls per 1,000, median (min – max)",
        "arrived in s",
        "enriched after s",
    ]);
    for posts in [1, 200] {
        let mut costs = Vec::new();
        for _ in 0..rounds {
            let cost = run(posts, comments).await?;
            println!(
                "{posts} posts: {:.1} calls per 1,000",
                cost.calls * 1_000.0 / cost.comments
            );
            costs.push(cost);
        }
        let spread = |of: &dyn Fn(&Cost) -> f64, digits| Spread::of(costs.iter().map(of), digits).to_string();
        table.row([
            grouped(float(comments), 0),
            if posts == 1 {
                "one post".to_owned()
            } else {
                format!("{posts} posts in turn")
            },
            spread(&|cost| cost.calls * 1_000.0 / cost.comments, 1),
            spread(&|cost| cost.arriving.as_secs_f64(), 1),
            spread(&|cost| cost.done.as_secs_f64(), 1),
        ]);
    }
    table.note(format!(
        "Written one by one into the sandbox, {AT_ONCE} every {EVERY:?}, each told by webhook at once while the service works; every tenth is a reply to one of {PARENTS} comments. Calls are what the sandbox counted from the first comment until all were enriched."
    ));
    Ok(table)
}

async fn run(posts: usize, comments: usize) -> anyhow::Result<Cost> {
    let folder = scratch()?;
    let sandbox = Sandbox::start(folder.path()).await?;
    let installation = Installation::connected(&sandbox, None)?;
    let service = Service::start(&installation, Role::Both).await?;
    let mut media = Vec::new();
    for _ in 0..posts {
        media.push(sandbox.post().await?);
    }
    sandbox.tell(service.addr).await?;
    let before = sandbox.calls().await?;
    let began = Instant::now();
    talk(&sandbox, &media, comments).await?;
    let arriving = began.elapsed();
    let (enriched, seen) = service.enriched(comments as u64, PATIENCE).await?;
    Ok(Cost {
        calls: float(usize::try_from(sandbox.calls().await? - before)?),
        comments: float(usize::try_from(enriched)?),
        arriving,
        done: seen - began,
    })
}

/// Writes comments on the posts in turn; every tenth answers one of the first.
async fn talk(sandbox: &Sandbox, media: &[u64], comments: usize) -> anyhow::Result<()> {
    let mut parents: Vec<(u64, u64)> = Vec::new();
    let mut tick = tokio::time::interval(EVERY);
    for start in (0..comments).step_by(AT_ONCE) {
        tick.tick().await;
        let said = (start..comments.min(start + AT_ONCE)).map(|nth| {
            let post = media.get(nth % media.len()).copied();
            let answered = (nth % 10 == 9).then(|| parents.get(nth / 10 % PARENTS)).flatten();
            async move {
                let (post, parent) = match answered {
                    Some((post, parent)) => (*post, Some(*parent)),
                    None => (post.context("there is a post")?, None),
                };
                anyhow::Ok((post, sandbox.say(post, parent).await?))
            }
        });
        let said = try_join_all(said.collect::<Vec<_>>()).await?;
        if parents.is_empty() {
            parents = said.into_iter().take(PARENTS).collect();
        }
    }
    Ok(())
}

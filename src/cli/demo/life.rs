//! What goes on: comments in bursts, answers, stories that come and go, messages, and Meta's moods.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::stage::Stage;
use crate::cli::Failure;
use crate::cli::meta::{Meta, text};

/// A scene every so long.
const SCENE: Duration = Duration::from_millis(800);
/// Stories that are up at the same time.
const STORIES: usize = 2;
/// Meta throttles once in so many scenes: in twelve minutes.
const MOOD: u64 = 900;

/// Plays scene after scene until told to stop.
pub(super) async fn play(meta: Meta, stage: Stage, stop: CancellationToken) {
    let mut stories = VecDeque::new();
    let mut tick = tokio::time::interval(SCENE);
    for scene in 0_u64.. {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        if let Err(error) = act(&meta, &stage, &mut stories, scene).await {
            tracing::warn!(error = %error, "a scene of the demo went wrong");
        }
    }
}

async fn act(meta: &Meta, stage: &Stage, stories: &mut VecDeque<String>, scene: u64) -> Result<(), Failure> {
    let account = &stage.account;
    comment(meta, stage, scene).await?;
    match scene % 50 {
        3 | 28 => meta
            .make(
                "messages",
                json!({ "account": account, "text": "Do you have rye today?" }),
            )
            .await
            .map(drop),
        7 => meta
            .make(
                "mentions",
                json!({ "account": account, "text": format!("@{} made my morning", stage.username) }),
            )
            .await
            .map(drop),
        11 => {
            meta.fault(json!("duplicate"), json!({ "field": "comments" }), 3)
                .await
        }
        20 => story(meta, account, stories).await,
        31 => {
            meta.fault(
                json!({ "error": { "code": 2, "http": 500 } }),
                json!({ "account": account }),
                2,
            )
            .await
        }
        40 => {
            meta.fault(json!({ "latency_ms": 400 }), json!({ "account": account }), 10)
                .await
        }
        // For five minutes nothing is asked of Meta then, and nothing published.
        45 if scene % MOOD == 445 => {
            meta.fault(json!("throttle"), json!({ "account": account }), 1)
                .await
        }
        _ => Ok(()),
    }
}

/// A few comments on the hot post, at times many, now and then one elsewhere and an answer.
async fn comment(meta: &Meta, stage: &Stage, scene: u64) -> Result<(), Failure> {
    let count = if scene % 17 == 5 { 80 } else { 1 + scene * 7 % 4 };
    let made = meta
        .make(
            "comments",
            json!({ "account": stage.account, "media_id": stage.hot, "count": count }),
        )
        .await?;
    let quiet = usize::try_from(scene).unwrap_or(0) % stage.posts.len().max(1);
    if let (0, Some(post)) = (scene % 4, stage.posts.get(quiet)) {
        meta.make("comments", json!({ "account": stage.account, "media_id": post }))
            .await?;
    }
    let first = text(&made, "/data/0/id").or_else(|| text(&made, "/id"));
    if let (2, Some(parent)) = (scene % 5, first) {
        meta.make(
            "comments",
            json!({ "account": stage.account, "parent_id": parent }),
        )
        .await?;
    }
    Ok(())
}

/// A new story; the oldest ends, and its numbers come at once instead of an hour later.
async fn story(meta: &Meta, account: &str, stories: &mut VecDeque<String>) -> Result<(), Failure> {
    let made = meta.make("stories", json!({ "account": account })).await?;
    stories.extend(text(&made, "/id"));
    if stories.len() > STORIES
        && let Some(oldest) = stories.pop_front()
    {
        meta.make(&format!("stories/{oldest}/expire"), json!({ "at_once": true }))
            .await?;
    }
    Ok(())
}

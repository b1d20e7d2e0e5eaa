//! A clock that is set by an hour, ahead or back, at each stage of a post: it is seen once, and not before its time by the
//! service's own clock.

use std::time::Duration;

use belino::domain::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::desk::image;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_clock_that_is_set_before_a_posts_time_makes_it_neither_early_nor_double,
    a_clock_that_is_set_while_a_post_is_prepared_holds_it_up_no_longer_than_the_step,
    a_clock_that_is_set_while_a_post_is_published_makes_it_no_second_time,
);

const HOUR: Duration = Duration::from_hours(1);

#[derive(Clone, Copy, Debug)]
enum Step {
    Ahead,
    Back,
}

impl TestApp {
    /// Sets the clock, and what the service does when it notices.
    async fn set_clock(&self, step: Step) {
        match step {
            Step::Ahead => self.clock.advance(HOUR),
            Step::Back => {
                self.clock.set(self.clock.now() - HOUR);
                self.parts.store.step_back(HOUR).await.unwrap();
            }
        }
    }

    async fn ours(&self, caption: &str) -> usize {
        let seen = self.seen().await;
        seen.iter().filter(|one| one["caption"] == caption).count()
    }
}

/// When Meta was told to publish it, each time.
fn told(post: &Value) -> Vec<Timestamp> {
    let steps = post["steps"].as_array().unwrap().iter();
    let sent = steps.filter(|step| step["step"] == "publish");
    sent.map(|step| step["began_at"].as_str().unwrap().parse().unwrap())
        .collect()
}

async fn a_clock_that_is_set_before_a_posts_time_makes_it_neither_early_nor_double(app: TestApp) {
    app.publisher("facebook").await;
    // Before it is prepared, when its container is being processed, and when all is ready.
    for (nth, (step, before)) in [
        (Step::Ahead, 0),
        (Step::Ahead, 51 * 60),
        (Step::Ahead, 52 * 60),
        (Step::Back, 0),
        (Step::Back, 51 * 60),
        (Step::Back, 52 * 60),
    ]
    .into_iter()
    .enumerate()
    {
        let caption = format!("{nth}: {step:?} after {before} s");
        let at = app.clock.now() + HOUR;
        let mut post = image(&caption);
        post["publish_at"] = json!(at.to_string());
        let path = app.posted(post).await;
        app.work().await;
        app.clock.advance(Duration::from_secs(before));
        app.work().await;
        if before > 51 * 60 {
            app.clock.advance(Duration::from_secs(5));
            app.work().await;
            assert_eq!(app.get(&path).await.body["state"], "ready", "{caption}");
        }
        app.set_clock(step).await;
        while app.clock.now() + Duration::from_secs(1) < at {
            app.work().await;
            assert_eq!(app.ours(&caption).await, 0, "{caption}: early");
            let left = at.since(app.clock.now());
            app.clock.advance(
                left.min(Duration::from_mins(5))
                    .saturating_sub(Duration::from_secs(1)),
            );
        }
        let post = app.rest(&path).await;
        assert_eq!(
            (&post["state"], app.ours(&caption).await),
            (&json!("published"), 1),
            "{caption}: {post}"
        );
        let sent = told(&post);
        assert!(sent.len() == 1 && sent[0] >= at, "{caption}: {post}");
    }
}

async fn a_clock_that_is_set_while_a_post_is_prepared_holds_it_up_no_longer_than_the_step(app: TestApp) {
    app.publisher("facebook").await;
    for step in [Step::Ahead, Step::Back] {
        let caption = format!("{step:?} while it is prepared");
        let path = app.posted(image(&caption)).await;
        app.work().await;
        assert_eq!(app.get(&path).await.body["state"], "preparing");
        app.set_clock(step).await;
        let since = app.clock.now();
        let post = app.rest(&path).await;
        assert_eq!(
            (&post["state"], app.ours(&caption).await),
            (&json!("published"), 1),
            "{caption}: {post}"
        );
        let sent = told(&post);
        assert!(
            sent.len() == 1 && sent[0].since(since) <= HOUR + Duration::from_mins(1),
            "{caption}: {post}"
        );
    }
}

async fn a_clock_that_is_set_while_a_post_is_published_makes_it_no_second_time(app: TestApp) {
    app.publisher("facebook").await;
    for step in [Step::Ahead, Step::Back] {
        let caption = format!("{step:?} while it is published");
        let held = json!({ "match": { "edge": "media_publish" }, "what": "hold_answer", "times": 1 });
        app.meta.post("faults", held).await;
        let path = app.posted(image(&caption)).await;
        app.work().await;
        // All but the publication is done: no time has to pass while it is waited for, in which a lease could end.
        app.clock.advance(Duration::from_secs(5));
        let (effects, done) = (app.parts.effects.clone(), CancellationToken::new());
        let enough = done.clone();
        let mut first = JoinSet::new();
        first.spawn(async move {
            // Until it has published, or lost the post to another one.
            while !enough.is_cancelled() && effects.work_once().await.is_ok() {
                tokio::task::yield_now().await;
            }
        });
        while app.meta.get("faults").await["data"][0]["struck"] == 0 {
            tokio::task::yield_now().await;
        }
        app.set_clock(step).await;
        // Another one takes it over where its lease seems to have ended, while the first still waits for its answer.
        app.work().await;
        done.cancel();
        app.meta.delete("faults").await;
        first.join_next().await.unwrap().unwrap();
        let post = app.rest(&path).await;
        assert_eq!(
            (&post["state"], app.ours(&caption).await),
            (&json!("published"), 1),
            "{caption}: {post}"
        );
        assert_eq!(told(&post).len(), 1, "{caption}: {post}");
    }
}

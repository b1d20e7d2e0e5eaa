//! What processing costs: calls, counted at Meta's end.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::on_both;
use crate::scene::id;

on_both!(
    a_lone_comment_costs_one_call,
    two_comments_on_one_media_cost_one_call,
    two_comments_on_a_media_with_many_older_ones_cost_one_call,
    a_thousand_comments_on_one_media_cost_a_call_a_page,
    a_thousand_comments_with_replies_to_a_few_parents_cost_25_calls_at_most,
    a_thousand_comments_over_200_media_cost_a_call_a_media,
    comments_that_trickle_in_cost_no_more_than_the_pace_gives,
    no_mix_costs_more_than_a_call_an_event_and_one,
    comments_buried_under_newer_ones_cost_a_call_each_and_one,
    what_a_walk_saved_is_not_spent_twice_while_it_goes_on,
    a_walk_goes_on_where_it_was_cut_off,
    a_walk_goes_on_where_it_was_cut_off_though_newer_comments_came,
    media_that_were_read_lately_are_not_read_again,
    a_walk_settles_what_it_meets_outside_its_slice,
    a_comment_that_a_page_brought_before_its_notification_costs_nothing,
    a_walk_goes_on_below_comments_that_nobody_told_of_yet,
);

async fn a_lone_comment_costs_one_call(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    app.lone_comments(&account, 1).await;
    app.unpack().await;
    assert_eq!(app.finish().await, 1);
    assert_eq!(app.counts().await["done"], 1);
}

async fn two_comments_on_one_media_cost_one_call(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 2).await;
    app.unpack().await;
    assert_eq!(app.finish().await, 1);
    assert_eq!(app.counts().await["done"], 2);
}

async fn two_comments_on_a_media_with_many_older_ones_cost_one_call(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let older = json!({ "media_id": media, "count": 200, "announce": false });
    app.meta.post("comments", older).await;
    app.clock.advance(Duration::from_secs(1));
    app.comments(&media, 2).await;
    app.unpack().await;
    assert_eq!(app.finish().await, 1, "nothing waits on the next page");
    assert_eq!(app.counts().await["done"], 2);
}

async fn a_thousand_comments_on_one_media_cost_a_call_a_page(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 1_000).await;
    app.unpack().await;
    let calls = app.finish().await;
    assert!(calls <= 21, "{calls} calls");
    assert_eq!(app.counts().await["done"], 1_000);
    assert_eq!(
        app.get("/api/summary").await.body["calls"]["enriched_events"],
        1_000
    );
}

async fn a_thousand_comments_with_replies_to_a_few_parents_cost_25_calls_at_most(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let comments = app.comments(&media, 900).await;
    for parent in [10, 300, 600, 890] {
        let replies = json!({ "parent_id": comments["ids"][parent], "count": 25 });
        app.meta.post("comments", replies).await;
    }
    app.unpack().await;
    let calls = app.finish().await;
    assert!(calls <= 25, "{calls} calls");
    assert_eq!(app.counts().await["done"], 1_000);
    assert_eq!(app.list("/api/events?outcome=enriched").await.len(), 50);
}

async fn a_thousand_comments_over_200_media_cost_a_call_a_media(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let mut media = Vec::new();
    for _ in 0..200 {
        media.push(app.media(&account).await);
    }
    for _ in 0..5 {
        for one in &media {
            app.comment(&account, one).await;
        }
    }
    app.unpack().await;
    let calls = app.finish().await;
    assert!(calls <= 210, "{calls} calls");
    assert_eq!(app.counts().await["done"], 1_000);
}

/// What the pace gives: a call for 25 events, eight at once, four more each second.
async fn comments_that_trickle_in_cost_no_more_than_the_pace_gives(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    for portion in [20, 5] {
        let media = app.media(&account).await;
        let before = app.meta.calls().await;
        for _ in 0..1_000 / portion {
            app.comments(&media, portion).await;
            app.unpack().await;
            app.process_all().await;
            app.clock.advance(Duration::from_millis(100));
        }
        app.finish().await;
        let seconds = 100 / portion as u64;
        let calls = app.meta.calls().await - before;
        assert!(
            calls <= 40 + 8 + 4 * seconds,
            "{calls} calls in portions of {portion}"
        );
        app.clock.advance(Duration::from_mins(1));
    }
    assert_eq!(app.counts().await["done"], 2_000);
}

/// A row of numbers that is the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

async fn no_mix_costs_more_than_a_call_an_event_and_one(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let mut dice = Dice(41);
    for _ in 0..6 {
        let mut events = 0;
        for _ in 0..=dice.below(30) {
            let media = app.media(&account).await;
            let older = json!({ "media_id": media, "count": 1 + dice.below(70), "announce": false });
            app.meta.post("comments", older).await;
            let count = [1, 1, 2, 3, 1 + dice.below(60)][dice.below(5)];
            app.comments(&media, count).await;
            events += count as u64;
        }
        app.unpack().await;
        let calls = app.finish().await;
        assert!(calls <= events + 1, "{calls} calls for {events} events");
        app.clock.advance(Duration::from_mins(15));
    }
    assert_eq!(app.counts().await["pending"], 0);
}

async fn comments_buried_under_newer_ones_cost_a_call_each_and_one(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    for _ in 0..20 {
        let media = app.media(&account).await;
        let late = json!({ "media_id": media, "count": 3, "timestamp": "2026-11-01T00:00:00Z" });
        app.meta.post("comments", late).await;
        let newer = json!({ "media_id": media, "count": 60, "announce": false });
        app.meta.post("comments", newer).await;
    }
    app.unpack().await;
    let calls = app.finish().await;
    assert!(
        calls <= 61,
        "{calls} calls for 60 events, of which no first page brings one"
    );
    assert_eq!(app.counts().await["done"], 60);
}

async fn what_a_walk_saved_is_not_spent_twice_while_it_goes_on(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    for newest in [2, 0, 0] {
        let media = app.media(&account).await;
        let buried = json!({ "media_id": media, "count": 3, "timestamp": "2026-11-01T00:00:00Z" });
        app.meta.post("comments", buried).await;
        let between = json!({ "media_id": media, "count": 120, "announce": false });
        app.meta.post("comments", between).await;
        app.clock.advance(Duration::from_secs(1));
        if newest > 0 {
            app.comments(&media, newest).await;
        }
    }
    app.unpack().await;
    let calls = app.finish().await;
    assert!(calls <= 12, "{calls} calls for 11 events");
    assert_eq!(app.counts().await["done"], 11);
}

async fn a_walk_goes_on_where_it_was_cut_off(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 3_000).await;
    app.unpack().await;
    assert_eq!(app.slice().await, 20, "a walk has twenty pages at most");
    assert_eq!(app.counts().await["done"], 1_000);
    let calls = 20 + app.finish().await;
    assert!(calls <= 64, "{calls} calls");
    assert_eq!(app.counts().await["done"], 3_000);
}

async fn a_walk_goes_on_where_it_was_cut_off_though_newer_comments_came(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 2_000).await;
    app.unpack().await;
    assert_eq!(app.slice().await, 20);
    app.clock.advance(Duration::from_secs(1));
    app.comments(&media, 10).await;
    app.unpack().await;
    let calls = 20 + app.finish().await;
    assert!(calls <= 44, "{calls} calls");
    assert_eq!(app.counts().await["done"], 2_010);
}

async fn media_that_were_read_lately_are_not_read_again(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    let (alone, page) = (
        json!(format!("/{}", media.as_str().unwrap())),
        json!(format!("/{}/comments", media.as_str().unwrap())),
    );
    let mut paths: Vec<Value> = Vec::new();
    for minutes in [0, 9, 2] {
        app.clock.advance(Duration::from_mins(minutes));
        let before = app.meta.calls().await;
        app.comments(&media, 10).await;
        app.take_in().await;
        paths.extend(
            app.calls_after(before)
                .await
                .iter()
                .map(|call| call["path"].clone()),
        );
    }
    assert_eq!(paths, [alone.clone(), page, alone], "for {}", id(&account));
    assert_eq!(app.counts().await["done"], 30);
}

async fn a_walk_settles_what_it_meets_outside_its_slice(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 500).await;
    app.unpack().await;
    assert_eq!(app.slice().await, 10);
    assert_eq!(
        app.counts().await["done"],
        500,
        "a slice looks at 200 events, its walk at all"
    );
}

async fn a_comment_that_a_page_brought_before_its_notification_costs_nothing(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 2).await;
    app.unpack().await;
    app.comments(&media, 3).await;
    assert_eq!(app.slice().await, 1);
    assert_eq!(app.counts().await["done"], 2);
    app.unpack().await;
    assert_eq!(app.finish().await, 0);
    assert_eq!(app.counts().await["done"], 5);
    for event in app.list("/api/events?outcome=enriched").await {
        let story = app
            .get(&format!("/api/events/{}", event["id"].as_str().unwrap()))
            .await;
        assert_eq!(story.body["calls"].as_array().unwrap().len(), 1, "{}", story.body);
    }
}

async fn a_walk_goes_on_below_comments_that_nobody_told_of_yet(app: TestApp) {
    let account = app.shop("bakery", &["facebook"]).await;
    let media = app.media(&account).await;
    app.comments(&media, 300).await;
    app.unpack().await;
    app.clock.advance(Duration::from_secs(1));
    app.comments(&media, 100).await;
    let calls = app.finish().await;
    assert!(calls <= 9, "{calls} calls");
    app.unpack().await;
    assert_eq!(app.finish().await, 0);
    assert_eq!(app.counts().await["done"], 400);
}

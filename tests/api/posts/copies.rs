//! What another copy of the database has published, or a person in the app: it is not published again.

use std::time::Duration;

use belino::effects::Effects;
use serde_json::{Value, json};

use super::desk::image;
use crate::app::TestApp;
use crate::on_both;

on_both!(
    a_late_post_that_is_there_already_is_not_published_again,
    a_container_that_another_copy_published_is_found,
    what_was_published_a_moment_before_a_process_began_is_found_by_it,
    a_draft_that_another_copy_published_is_not_published_again,
    a_word_for_a_late_post_is_asked_for_again_where_it_is_seen,
    what_cannot_be_looked_for_does_not_fail,
    a_first_comment_of_another_copy_is_not_made_again,
);

const MINUTE: Duration = Duration::from_mins(1);

async fn scheduled(app: &TestApp, after: Duration, caption: &str) -> String {
    let mut post = image(caption);
    post["publish_at"] = json!((app.clock.now() + after).to_string());
    app.posted(post).await
}

/// Somebody else who publishes for the account: a service on another copy of the database, or the person.
struct Elsewhere {
    graph: String,
    account: String,
    token: String,
}

impl Elsewhere {
    async fn of(app: &TestApp) -> Self {
        let account = app.meta.account("bakery").await;
        app.log_in("facebook", &[]).await;
        app.meta_publishes(json!({ "fetch_media": false, "republish": "duplicate" }))
            .await;
        let id = account["id"].as_str().unwrap();
        let token = &account["tokens"]["facebook"]["user"]["access_token"];
        Self {
            graph: format!("{}/graph.facebook.com/v25.0", app.meta.base),
            account: id.to_owned(),
            token: token.as_str().unwrap().to_owned(),
        }
    }

    async fn tell(&self, app: &TestApp, path: &str, what: &[(&str, &str)]) -> String {
        let request = app.http.post(format!("{}/{path}", self.graph));
        let answer = request.bearer_auth(&self.token).form(what).send().await.unwrap();
        let made: Value = answer.json().await.unwrap();
        made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
    }

    async fn publish(&self, app: &TestApp, container: &str) {
        let edge = format!("{}/media_publish", self.account);
        self.tell(app, &edge, &[("creation_id", container)]).await;
    }

    /// A post like it, of a container of its own.
    async fn publish_like(&self, app: &TestApp, caption: &str) {
        let file = ("image_url", "https://cdn.example.org/bread.jpg");
        let edge = format!("{}/media", self.account);
        let container = self.tell(app, &edge, &[file, ("caption", caption)]).await;
        app.clock.advance(Duration::from_secs(10));
        self.publish(app, &container).await;
    }
}

/// The container that a post is prepared with.
fn container(post: &Value) -> String {
    post["steps"][0]["message"].as_str().unwrap().to_owned()
}

/// A process that begins now.
fn begun(app: &TestApp) -> Effects {
    belino::app::effects(&app.parts.store, &app.config, app.clock.clone()).unwrap()
}

/// Lets it work for a minute.
async fn works(app: &TestApp, effects: &Effects) {
    for _ in 0..60 {
        while effects.work_once().await.unwrap() {}
        app.clock.advance(Duration::from_secs(1));
    }
}

fn at(post: &Value) -> (&str, Option<&str>) {
    (post["state"].as_str().unwrap(), post["reason"]["code"].as_str())
}

async fn a_late_post_that_is_there_already_is_not_published_again(app: TestApp) {
    let elsewhere = Elsewhere::of(&app).await;
    let path = scheduled(&app, MINUTE * 30, "Twice?").await;
    app.clock.advance(MINUTE * 30);
    elsewhere.publish_like(&app, "Twice?").await;
    app.clock.advance(MINUTE * 5);
    let asked = app.rest(&path).await;
    assert_eq!(
        (&asked["state"], &asked["reason"]["code"]),
        (&json!("scheduled"), &json!("seen-already")),
        "{asked}"
    );
    let seen = app.seen().await;
    assert_eq!(seen.len(), 1);
    let said = asked["reason"]["message"].as_str().unwrap();
    assert!(said.contains(seen[0]["id"].as_str().unwrap()), "{said}");
    app.post(&format!("{path}/publish"), json!({})).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (&post["state"], app.seen().await.len()),
        (&json!("published"), 2),
        "a person has the last word: {post}"
    );
}

async fn a_container_that_another_copy_published_is_found(app: TestApp) {
    let elsewhere = Elsewhere::of(&app).await;
    let path = scheduled(&app, MINUTE * 30, "By the other").await;
    app.clock.advance(MINUTE * 21);
    app.work().await;
    app.clock.advance(MINUTE);
    app.work().await;
    let ready = app.get(&path).await.body;
    assert_eq!(ready["state"], "ready", "{ready}");
    app.clock.advance(MINUTE * 8);
    elsewhere.publish(&app, &container(&ready)).await;
    app.clock.advance(MINUTE * 5);
    let post = app.rest(&path).await;
    assert_eq!(post["state"], "published", "{post}");
    let seen = app.seen().await;
    assert_eq!((seen.len(), &seen[0]["id"]), (1, &post["media_id"]));
}

/// By its container, and by a post like it: neither is late.
async fn what_was_published_a_moment_before_a_process_began_is_found_by_it(app: TestApp) {
    let elsewhere = Elsewhere::of(&app).await;
    let path = scheduled(&app, Duration::from_secs(30), "By its container").await;
    app.work().await;
    app.clock.advance(Duration::from_secs(5));
    app.work().await;
    let ready = app.get(&path).await.body;
    assert_eq!(ready["state"], "ready", "{ready}");
    app.clock.advance(Duration::from_secs(25));
    elsewhere.publish(&app, &container(&ready)).await;
    app.clock.advance(Duration::from_secs(5));
    works(&app, &begun(&app)).await;
    app.clock.advance(MINUTE);
    let post = app.rest(&path).await;
    let seen = app.seen().await;
    assert_eq!((at(&post), seen.len()), (("published", None), 1), "{post}");
    assert_eq!(post["media_id"], seen[0]["id"]);

    let path = app.posted(image("By its words")).await;
    elsewhere.publish_like(&app, "By its words").await;
    works(&app, &begun(&app)).await;
    let asked = app.get(&path).await.body;
    assert_eq!(at(&asked), ("scheduled", Some("seen-already")), "{asked}");
    assert_eq!(app.seen().await.len(), 2);
    let path = app.posted(image("Nobody else's")).await;
    app.clock.advance(Duration::from_secs(1));
    works(&app, &begun(&app)).await;
    assert_eq!(app.get(&path).await.body["state"], "published");
}

async fn a_draft_that_another_copy_published_is_not_published_again(app: TestApp) {
    let elsewhere = Elsewhere::of(&app).await;
    let mut draft = image("Said once");
    draft["draft"] = json!(true);
    let path = app.posted(draft).await;
    let draft = app.rest(&path).await;
    elsewhere.publish(&app, &container(&draft)).await;
    app.clock.advance(MINUTE * 60);
    let told = app.post(&format!("{path}/publish"), json!({})).await;
    assert_eq!(told.status, 200, "{told:?}");
    let post = app.rest(&path).await;
    let seen = app.seen().await;
    assert_eq!((at(&post), seen.len()), (("published", None), 1), "{post}");
    assert_eq!(post["media_id"], seen[0]["id"]);
}

async fn a_word_for_a_late_post_is_asked_for_again_where_it_is_seen(app: TestApp) {
    let elsewhere = Elsewhere::of(&app).await;
    let path = scheduled(&app, MINUTE * 30, "Yesterday's").await;
    app.clock.advance(MINUTE * 31);
    elsewhere.publish_like(&app, "Yesterday's").await;
    app.clock.advance(MINUTE * 120);
    assert_eq!(at(&app.rest(&path).await), ("scheduled", Some("late")));
    app.post(&format!("{path}/publish"), json!({})).await;
    let asked = app.rest(&path).await;
    assert_eq!(at(&asked), ("scheduled", Some("seen-already")), "{asked}");
    assert_eq!(app.seen().await.len(), 1);
    app.post(&format!("{path}/publish"), json!({})).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (at(&post), app.seen().await.len()),
        (("published", None), 2),
        "{post}"
    );
}

/// Failed would mean that nothing of it can be seen, and nobody knows.
async fn what_cannot_be_looked_for_does_not_fail(app: TestApp) {
    app.publisher("facebook").await;
    let path = app.posted(image("Perhaps")).await;
    app.clock.advance(MINUTE * 20);
    let blind = json!({ "match": { "edge": "media", "method": "GET" }, "what": { "error": { "code": 2 } } });
    app.meta.post("faults", blind).await;
    let asked = app.rest(&path).await;
    assert_eq!(at(&asked), ("scheduled", Some("not-to-be-seen")), "{asked}");
    assert_eq!(app.seen().await.len(), 0);
    app.post(&format!("{path}/publish"), json!({})).await;
    let post = app.rest(&path).await;
    assert_eq!(
        (at(&post), app.seen().await.len()),
        (("published", None), 1),
        "{post}"
    );
}

async fn a_first_comment_of_another_copy_is_not_made_again(app: TestApp) {
    let elsewhere = Elsewhere::of(&app).await;
    for (caption, there) in [("Commented", true), ("Without", false)] {
        // Where it is seen is not told at first, so that the comment waits.
        let slow = json!({ "match": { "node": "media", "method": "GET" }, "what": { "error": { "code": 2 } },
            "times": 1 });
        let mut post = image(caption);
        post["first_comment"] = json!("First!  And so on");
        let path = app.posted(post).await;
        app.work().await;
        app.meta.post("faults", slow).await;
        app.clock.advance(Duration::from_secs(5));
        app.work().await;
        let post = app.get(&path).await.body;
        assert_eq!(
            (at(&post), &post["permalink"]),
            (("published", None), &json!(null)),
            "{post}"
        );
        let media = post["media_id"].as_str().unwrap();
        if there {
            let words = [("message", "First! And so on")];
            elsewhere.tell(&app, &format!("{media}/comments"), &words).await;
        }
        app.clock.advance(Duration::from_secs(1));
        works(&app, &begun(&app)).await;
        let post = app.get(&path).await.body;
        assert_eq!(
            (at(&post), &post["next_step_at"]),
            (("published", None), &json!(null)),
            "{post}"
        );
        let seen = app.seen().await;
        let ours = seen.iter().find(|one| one["id"] == media).unwrap();
        assert_eq!(ours["comments"].as_array().unwrap().len(), 1, "{ours}");
    }
}

//! What cases about posts share: a connected account, a Meta that takes every address as good, and time that passes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

/// One image.
pub(super) fn image(caption: &str) -> Value {
    json!({ "kind": "image", "caption": caption, "media": [{ "url": "https://cdn.example.org/bread.jpg" }] })
}

impl TestApp {
    /// An account that is connected, and a Meta that fetches nothing. A container that is published twice is seen twice:
    /// the worst that Meta could do.
    pub(super) async fn publisher(&self, login: &str) -> String {
        let account = self.meta.account("bakery").await;
        self.log_in(login, &[]).await;
        self.meta_publishes(json!({ "fetch_media": false, "republish": "duplicate" }))
            .await;
        account["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn meta_publishes(&self, how: Value) {
        self.meta.post("settings", json!({ "publishing": how })).await;
    }

    pub(super) async fn ask(&self, post: Value) -> Answer {
        self.post("/api/instagram/posts", post).await
    }

    /// Asks for a post; gives its path.
    pub(super) async fn posted(&self, post: Value) -> String {
        let answer = self.ask(post).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        format!("/api/instagram/posts/{}", answer.body["id"].as_str().unwrap())
    }

    /// Does all that is due; the clock stands still.
    pub(super) async fn work(&self) {
        while self.parts.effects.work_once().await.unwrap() {}
    }

    /// Lets time pass, a second at a time at first and then faster, until nothing more happens by itself.
    pub(super) async fn rest(&self, path: &str) -> Value {
        for step in 0..400 {
            self.work().await;
            let post = self.get(path).await.body;
            if post["next_step_at"].is_null() {
                return post;
            }
            self.clock
                .advance(Duration::from_secs(if step < 30 { 1 } else { 20 }));
        }
        panic!("it never comes to rest: {}", self.get(path).await.body);
    }

    /// What followers see: the posts and the stories.
    pub(super) async fn seen(&self) -> Vec<Value> {
        let feed = self.meta.get("feed/bakery?limit=500").await;
        let posts = feed["posts"].as_array().unwrap().iter();
        posts
            .chain(feed["stories"].as_array().unwrap())
            .cloned()
            .collect()
    }
}

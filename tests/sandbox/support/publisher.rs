//! An account that publishes over Facebook's host, and the words of a refusal.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Reply, Rig};

/// The id that was answered.
pub(crate) fn id(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["id"].as_str().unwrap().to_owned()
}

/// Code and subcode of an error.
pub(crate) fn refusal(reply: &Reply) -> (i64, Option<i64>) {
    let error = &reply.body["error"];
    let code = error["code"].as_i64();
    (
        code.unwrap_or_else(|| panic!("no error: {}", reply.body)),
        error["error_subcode"].as_i64(),
    )
}

/// A sandbox with an account, a token of its Page and one of its own.
pub(crate) struct Publisher {
    pub(crate) rig: Rig,
    pub(crate) account: Value,
    pub(crate) token: Value,
}

pub(crate) const FACEBOOK: &str = "graph.facebook.com";
pub(crate) const INSTAGRAM: &str = "graph.instagram.com";

impl Publisher {
    /// Every address is taken as good.
    pub(crate) async fn start() -> Self {
        Self::start_with(json!({ "fetch_media": false })).await
    }

    /// With these settings of publishing.
    pub(crate) async fn start_with(publishing: Value) -> Self {
        Self::on(Rig::start().await, publishing).await
    }

    pub(crate) async fn on(rig: Rig, publishing: Value) -> Self {
        rig.make("settings", json!({ "publishing": publishing })).await;
        let scopes = json!([
            "pages_show_list",
            "pages_read_engagement",
            "instagram_basic",
            "instagram_content_publish",
            "instagram_manage_comments",
            "instagram_manage_contents",
        ]);
        let account = json!({ "username": "harbourbakery", "logins": ["facebook"], "scopes": scopes });
        let account = rig.make("accounts", account).await;
        let token = account["tokens"]["facebook"]["page"]["access_token"].clone();
        Self { rig, account, token }
    }

    /// A path below the account.
    pub(crate) fn path(&self, edge: &str) -> String {
        format!("{}/{edge}", self.account["id"].as_str().unwrap())
    }

    pub(crate) async fn create(&self, fields: &[(&str, &str)]) -> Reply {
        self.rig
            .write(FACEBOOK, &self.token, &self.path("media"), fields)
            .await
    }

    pub(crate) async fn publish(&self, container: &str) -> Reply {
        let fields = [("creation_id", container)];
        self.rig
            .write(FACEBOOK, &self.token, &self.path("media_publish"), &fields)
            .await
    }

    /// A container that is finished, by the clock.
    pub(crate) async fn finished(&self, fields: &[(&str, &str)]) -> String {
        let container = id(&self.create(fields).await);
        self.rig.clock.advance(Duration::from_mins(1));
        container
    }

    /// Media, published.
    pub(crate) async fn posted(&self, fields: &[(&str, &str)]) -> String {
        let container = self.finished(fields).await;
        id(&self.publish(&container).await)
    }

    pub(crate) async fn status(&self, container: &str) -> Value {
        let fields = format!("{container}?fields=id,status_code,status,copyright_check_status,video_status");
        self.rig.facebook(&self.token, &fields).await.body
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        let read = self.rig.facebook(&self.token, path).await;
        assert_eq!(read.status, 200, "{}", read.body);
        read.body
    }

    /// What followers see.
    pub(crate) async fn feed(&self) -> Value {
        self.rig.look("/sandbox/feed/harbourbakery").await.body
    }

    pub(crate) async fn fault(&self, what: Value) {
        self.rig
            .make(
                "faults",
                json!({ "what": what, "match": { "method": "POST" }, "times": 1 }),
            )
            .await;
    }
}

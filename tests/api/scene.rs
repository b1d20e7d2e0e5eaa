//! What cases of processing set up at Meta, and how they look at what became of it.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

impl TestApp {
    /// Connects an account of the sandbox by one of its tokens to the workspace.
    pub(crate) async fn connect(&self, workspace: &str, login: &str, account: &Value) -> Answer {
        let token = match login {
            "facebook" => &account["tokens"]["facebook"]["user"],
            _ => &account["tokens"]["instagram"],
        };
        self.connect_with(workspace, login, account, &token["access_token"])
            .await
    }

    pub(crate) async fn connect_with(
        &self,
        workspace: &str,
        login: &str,
        account: &Value,
        token: &Value,
    ) -> Answer {
        let key = self.key(workspace, "admin").await;
        let mut wanted = json!({ "login": login, "account": account["id"], "token": token });
        if login == "facebook" {
            wanted["page_id"] = account["page_id"].clone();
        }
        self.post_as(&key, "/api/instagram/connections", wanted).await
    }

    /// An account connected by these logins to the workspace `shop`, whole as the sandbox shows it.
    pub(crate) async fn shop(&self, username: &str, logins: &[&str]) -> Value {
        let account = self.meta.account(username).await;
        for login in logins {
            let answer = self.connect("shop", login, &account).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        }
        account
    }

    /// Removes a connection; gives what became of it.
    pub(crate) async fn disconnect(&self, connection: &Value) -> Value {
        let path = format!(
            "/api/instagram/connections/{}",
            connection["id"].as_str().unwrap()
        );
        let answer = self.delete_as(crate::app::OPERATOR, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.body
    }

    pub(crate) async fn media(&self, account: &Value) -> Value {
        self.meta.post("media", json!({ "account": id(account) })).await["id"].clone()
    }

    /// A comment, as the sandbox shows it.
    pub(crate) async fn comment(&self, account: &Value, media: &Value) -> Value {
        let wanted = json!({ "account": id(account), "media_id": media });
        self.meta.post("comments", wanted).await
    }

    pub(crate) async fn comments(&self, media: &Value, count: usize) -> Value {
        self.meta
            .post("comments", json!({ "media_id": media, "count": count }))
            .await
    }

    /// So many comments, each alone on its media.
    pub(crate) async fn lone_comments(&self, account: &Value, count: usize) {
        for _ in 0..count {
            let media = self.media(account).await;
            self.comment(account, &media).await;
        }
    }

    /// Unpacks what has come, without processing it.
    pub(crate) async fn unpack(&self) {
        self.meta.send_all().await;
        while self.parts.unpacker.step().await.unwrap() > 0 {}
    }

    /// A slice of one lane; tells how many calls it made.
    pub(crate) async fn slice(&self) -> u64 {
        let before = self.meta.calls().await;
        self.parts.processor.process_next_lane().await.unwrap();
        self.meta.calls().await - before
    }

    /// Processes and lets time pass by the second until nothing is at work; tells how many calls that took.
    pub(crate) async fn finish(&self) -> u64 {
        let before = self.meta.calls().await;
        for _ in 0..2_000 {
            self.process_all().await;
            let counts = self.counts().await;
            if counts["pending"] == 0 && counts["waiting"] == 0 {
                return self.meta.calls().await - before;
            }
            self.clock.advance(Duration::from_secs(1));
        }
        panic!("events are still at work: {}", self.counts().await);
    }

    /// Events by state.
    pub(crate) async fn counts(&self) -> Value {
        self.get("/api/summary").await.body["events"].clone()
    }

    /// The whole story of the event of this key.
    pub(crate) async fn event(&self, key: &Value) -> Value {
        let events = self.list("/api/events?limit=200").await;
        let found = events.iter().find(|event| event["key"] == *key);
        let id = found.unwrap_or_else(|| panic!("no event {key}: {events:?}"))["id"].clone();
        self.get(&format!("/api/events/{}", id.as_str().unwrap()))
            .await
            .body
    }

    /// The comment of this id.
    pub(crate) async fn shown(&self, id: &Value) -> Value {
        let comments = self.list("/api/comments?limit=200").await;
        let found = comments.iter().find(|comment| comment["id"] == *id);
        found.unwrap_or_else(|| panic!("no comment {id}")).clone()
    }

    /// The only connection of this login.
    pub(crate) async fn connection(&self, login: &str) -> Value {
        let all = self.list("/api/instagram/connections").await;
        all.iter().find(|one| one["login"] == login).unwrap().clone()
    }

    /// The account's connection of this login.
    pub(crate) async fn connection_of(&self, account: &Value, login: &str) -> Value {
        let all = self.list("/api/instagram/connections").await;
        let mut own = all.iter().filter(|one| one["account_id"] == account["id"]);
        own.find(|one| one["login"] == login).unwrap().clone()
    }

    /// The last calls to Graph, newest first or last, as the sandbox noted them since `before`.
    pub(crate) async fn calls_after(&self, before: u64) -> Vec<Value> {
        let calls = self.meta.get("calls?limit=10000").await["data"].clone();
        let calls = calls.as_array().unwrap().iter();
        let mut calls: Vec<Value> = calls
            .filter(|call| call["number"].as_u64().unwrap() > before)
            .cloned()
            .collect();
        calls.sort_by_key(|call| call["number"].as_u64());
        calls
    }

    /// Orders a fault of calls.
    pub(crate) async fn fault(&self, what: Value, matches: Value, times: Option<u64>) {
        self.meta
            .post(
                "faults",
                json!({ "what": what, "match": matches, "times": times }),
            )
            .await;
    }

    /// Waits until the first fault has struck.
    pub(crate) async fn until_struck(&self) {
        while self.meta.get("faults").await["data"][0]["struck"] == 0 {}
    }

    /// Puts a token into a state.
    pub(crate) async fn token(&self, token: &Value, change: Value) {
        let mut wanted = change;
        wanted["access_token"] = token["access_token"].clone();
        self.meta.post("tokens", wanted).await;
    }
}

/// Of an account as the sandbox shows it.
pub(crate) fn id(account: &Value) -> &str {
    account["id"].as_str().unwrap()
}

/// A notification with one change.
pub(crate) fn change(entry: &Value, field: &str, value: &Value) -> String {
    changes(entry, &[(field, value)])
}

/// A notification with these changes.
pub(crate) fn changes(entry: &Value, changes: &[(&str, &Value)]) -> String {
    let changes: Vec<Value> = changes
        .iter()
        .map(|(field, value)| json!({ "field": field, "value": value }))
        .collect();
    json!({ "object": "instagram", "entry": [{ "id": entry, "time": 1_795_000_000, "changes": changes }] })
        .to_string()
}

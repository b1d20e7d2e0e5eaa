//! Meta in a box: the program's own sandbox, with one account and limits out of the way.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use reqwest::Client;
use serde_json::{Value, json};

use crate::payload::APP_SECRET;
use crate::process::Process;
use crate::service::{BELINO, VERIFY_TOKEN, free_port};
use crate::wait;

/// The sandbox tells the ids of so many new comments in one answer.
const TOLD_AT_ONCE: usize = 10_000;
/// Large enough that no budget fills: limits are Meta's business, not a figure of ours.
const NO_LIMIT: u64 = 1_000_000_000_000;

/// A running sandbox with one account.
pub struct Sandbox {
    addr: SocketAddr,
    client: Client,
    /// The account's id.
    pub account: String,
    /// A token of Instagram Login that speaks for it.
    pub token: String,
    _process: Process,
}

impl Sandbox {
    /// Starts one and makes its account.
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        let addr = free_port()?;
        let mut command = Command::new(BELINO);
        command
            .args(["sandbox", "--listen", &addr.to_string()])
            .current_dir(folder)
            .env("INSTAGRAM_APP_SECRET", APP_SECRET)
            .env("FACEBOOK_APP_SECRET", APP_SECRET);
        let process = Process::start(&mut command, Some(&folder.join("sandbox.log")))?;
        let mut sandbox = Self {
            addr,
            client: belino::net::client(&belino::net::Settings::default())?,
            account: String::new(),
            token: String::new(),
            _process: process,
        };
        wait::until(
            "the sandbox answers",
            Duration::from_millis(20),
            Duration::from_secs(20),
            async || sandbox.calls().await.ok(),
        )
        .await?;
        sandbox
            .ask(
                "settings",
                &json!({ "account_calls": NO_LIMIT, "app_calls": NO_LIMIT }),
            )
            .await?;
        (sandbox.account, sandbox.token) = sandbox.open_account("figures").await?;
        Ok(sandbox)
    }

    /// Makes an account; gives its id and a token of Instagram Login that speaks for it.
    pub async fn open_account(&self, username: &str) -> anyhow::Result<(String, String)> {
        let made = self.ask("accounts", &json!({ "username": username })).await?;
        let token = text(&made, "/tokens/instagram/access_token")?;
        Ok((text(&made, "/id")?.to_owned(), token.to_owned()))
    }

    /// Has posts published as it is said here, by the sandbox's settings.
    pub async fn publish_so(&self, publishing: Value) -> anyhow::Result<()> {
        self.ask("settings", &json!({ "publishing": publishing })).await?;
        Ok(())
    }

    /// The address under which the service finds one of Graph's hosts.
    pub fn graph(&self, host: &str) -> String {
        format!("http://{}/{host}", self.addr)
    }

    /// Sends webhooks to the service.
    pub async fn tell(&self, service: SocketAddr) -> anyhow::Result<()> {
        let url = format!("http://{service}/api/instagram/webhook");
        self.ask("callback", &json!({ "url": url, "verify_token": VERIFY_TOKEN }))
            .await?;
        Ok(())
    }

    /// Makes a post; gives its id.
    pub async fn post(&self) -> anyhow::Result<u64> {
        let made = self.ask("media", &json!({ "caption": "a figure" })).await?;
        Ok(text(&made, "/id")?.parse()?)
    }

    /// Makes comments on a post and tells nobody; gives their ids, the oldest first.
    pub async fn comments(&self, media: u64, count: usize) -> anyhow::Result<Vec<u64>> {
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            let part = (count - ids.len()).min(TOLD_AT_ONCE);
            let wanted = json!({ "media_id": media.to_string(), "count": part, "announce": false });
            ids.extend(new_ids(&self.ask("comments", &wanted).await?)?);
        }
        Ok(ids)
    }

    /// Makes one comment, on a post or under another comment, and sends its webhook.
    pub async fn say(&self, media: u64, parent: Option<u64>) -> anyhow::Result<u64> {
        let parent = parent.map(|id| id.to_string());
        let wanted = json!({ "media_id": media.to_string(), "parent_id": parent, "announce": true });
        let made = self.ask("comments", &wanted).await?;
        Ok(text(&made, "/id")?.parse()?)
    }

    /// How many calls Graph got.
    pub async fn calls(&self) -> anyhow::Result<u64> {
        let answer = self.look("calls?limit=1").await?;
        answer
            .get("total")
            .and_then(Value::as_u64)
            .context("a total of calls")
    }

    /// What a control path shows.
    pub async fn look(&self, path: &str) -> anyhow::Result<Value> {
        let url = format!("http://{}/sandbox/{path}", self.addr);
        let answer = self.client.get(url).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    }

    async fn ask(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let url = format!("http://{}/sandbox/{path}", self.addr);
        let answer = self.client.post(url).json(body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        anyhow::ensure!(status.is_success(), "the sandbox refused {path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }
}

fn text<'a>(answer: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    answer
        .pointer(pointer)
        .and_then(Value::as_str)
        .with_context(|| format!("the sandbox told no {pointer}"))
}

/// Of one comment its `id`, of several their `ids`.
fn new_ids(answer: &Value) -> anyhow::Result<Vec<u64>> {
    let Some(ids) = answer.get("ids").and_then(Value::as_array) else {
        return Ok(vec![text(answer, "/id")?.parse()?]);
    };
    ids.iter()
        .map(|id| Ok(id.as_str().context("an id is a text")?.parse()?))
        .collect()
}

//! The service: the program itself, started as anybody would, with its configuration in the environment.

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::http1::{Connection, get};
use crate::installation::Installation;
use crate::process::Process;
use crate::wait;

/// The program that is measured.
pub const BELINO: &str = env!("CARGO_BIN_EXE_belino");
/// What the sandbox shows in its handshake.
pub const VERIFY_TOKEN: &str = "figures-verify-token";
/// The operator's key.
pub const ADMIN_KEY: &str = "figures-operator-key-0123456789abcdef";

/// Whatever is asked for is answered within this.
const LONGEST_ANSWER: Duration = Duration::from_mins(10);

/// Which parts run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// All of it.
    Both,
    /// Deliveries are taken and kept, nothing is read.
    Receive,
}

/// A running service.
pub struct Service {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Its process.
    pub process: Process,
    /// From its start to its first answer that it is ready.
    pub ready_after: Duration,
    /// When it was started.
    pub started: Instant,
    client: Client,
}

/// The parts of `/api/summary` that are looked at.
pub struct Summary {
    /// Deliveries kept.
    pub received: u64,
    /// Events of all states.
    pub events: u64,
    /// Events enriched.
    pub enriched: u64,
}

impl Service {
    /// Starts it on an installation and waits until it says that it is ready.
    pub async fn start(on: &Installation, role: Role) -> anyhow::Result<Self> {
        let addr = free_port()?;
        let mut command = on.command();
        command.arg("serve").env("BELINO_LISTEN", addr.to_string());
        if role == Role::Receive {
            command.args(["--role", "receive"]);
        }
        let started = Instant::now();
        let process = Process::start(&mut command, Some(&on.folder().join("service.log")))?;
        let ready = get("/readyz");
        wait::until(
            "the service is ready",
            Duration::from_millis(1),
            Duration::from_secs(30),
            async || {
                let status = Connection::open(addr).await.ok()?.ask(&ready).await.ok()?;
                (status == 200).then_some(())
            },
        )
        .await?;
        Ok(Self {
            addr,
            process,
            ready_after: started.elapsed(),
            started,
            client: belino::net::client(&belino::net::Settings::default())?,
        })
    }

    /// How everything stands.
    pub async fn summary(&self) -> anyhow::Result<Summary> {
        let answer = self.get("/api/summary").await?;
        let number = |pointer: &str| {
            answer
                .pointer(pointer)
                .and_then(Value::as_u64)
                .with_context(|| format!("the summary has no {pointer}"))
        };
        Ok(Summary {
            received: number("/deliveries/received")?,
            events: number("/events/total")?,
            enriched: number("/calls/enriched_events")?,
        })
    }

    /// Waits until so many events are enriched; gives how many are, and when that was seen.
    pub async fn enriched(&self, wanted: u64, patience: Duration) -> anyhow::Result<(u64, Instant)> {
        wait::until(
            &format!("{wanted} events are enriched"),
            Duration::from_millis(20),
            patience,
            async || {
                let enriched = self.summary().await.ok()?.enriched;
                (enriched >= wanted).then(|| (enriched, Instant::now()))
            },
        )
        .await
    }

    /// The newest comment on a post is this one, and Graph has told of it.
    pub async fn shows(&self, media: u64, comment: u64) -> anyhow::Result<bool> {
        let answer = self.get(&format!("/api/comments?media={media}&limit=1")).await?;
        let newest = answer.pointer("/data/0").context("no comment yet");
        Ok(newest.is_ok_and(|newest| {
            let id = newest.get("id").and_then(Value::as_str);
            let read = newest.get("fetched_at").is_some_and(Value::is_string);
            read && id.is_some_and(|id| id == comment.to_string())
        }))
    }

    /// What the API says to a wish.
    pub async fn post(&self, path: &str, wish: &Value) -> anyhow::Result<Value> {
        let request = self.client.post(self.url(path)).json(wish);
        Self::answer(path, request.timeout(LONGEST_ANSWER)).await
    }

    /// What the API says.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        Self::answer(path, self.client.get(self.url(path))).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    async fn answer(path: &str, request: RequestBuilder) -> anyhow::Result<Value> {
        let answer = request.bearer_auth(ADMIN_KEY).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        anyhow::ensure!(status.is_success(), "the service refused {path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }
}

/// An address on this machine that nobody listens on.
pub fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

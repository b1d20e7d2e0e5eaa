//! A connected account beside a Meta that fetches what it publishes.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Stdio;

use image::{ImageFormat, RgbImage};
use reqwest::Client;
use serde_json::{Value, json};

use crate::commands::{connect, with_sandbox};
use crate::home::{Done, Home, OPERATOR, Running};

/// A home whose service Meta reaches, and that Meta.
pub(super) struct Shop {
    pub(super) home: Home,
    pub(super) meta: Running,
    http: Client,
}

impl Shop {
    pub(super) async fn open() -> Self {
        let (mut home, meta) = with_sandbox();
        home.set("BELINO_LISTEN", &free_address());
        connect(&home, &meta).await;
        let at_once =
            json!({ "publishing": { "image_seconds": 0, "video_seconds": 0, "carousel_seconds": 0 } });
        meta.post("/sandbox/settings", at_once).await;
        Self {
            home,
            meta,
            http: belino::net::client(&belino::net::Settings::default()).unwrap(),
        }
    }

    /// Another machine with a copy of the database, its key and its uploads.
    pub(super) fn restored(self, copy: &str) -> Self {
        let mut home = Home::configured();
        home.set("BELINO_LISTEN", &free_address());
        let graph = format!("{}/graph.facebook.com", self.meta.address);
        home.set("BELINO_FACEBOOK_GRAPH_URL", &graph);
        let from = |name: &str| self.home.path().join(name);
        for (name, place) in [
            (copy.to_owned(), "belino.db"),
            (format!("{copy}.uploads"), "uploads"),
            ("belino.key".to_owned(), "belino.key"),
        ] {
            std::fs::rename(from(&name), home.path().join(place)).unwrap();
        }
        Self { home, ..self }
    }

    /// A service that answers and publishes nothing by itself.
    pub(super) fn quiet(&self) -> Running {
        Home::start(self.home.belino(&["serve", "--role", "receive"]))
    }

    pub(super) fn busy(&self) -> Running {
        Home::start(self.home.belino(&["serve"]))
    }

    pub(super) async fn asked(&self, service: &Running, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", service.address));
        let answer = request.bearer_auth(OPERATOR).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.unwrap()
    }

    /// Uploads for the account's workspace.
    pub(super) async fn upload(&self, service: &Running, bytes: Vec<u8>) -> Value {
        let path = "/api/instagram/media-uploads?workspace=shop";
        let request = self.http.post(format!("{}{path}", service.address));
        let answer = request.bearer_auth(OPERATOR).body(bytes).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{answer:?}");
        answer.json().await.unwrap()
    }

    /// What followers see.
    pub(super) async fn seen(&self) -> Vec<Value> {
        let feed = self.meta.get("", "/sandbox/feed/bakery").await;
        let feed: Value = feed.json().await.unwrap();
        feed["posts"].as_array().unwrap().clone()
    }

    /// Runs a command while what else goes on here goes on.
    pub(super) async fn run(&self, words: &[&str]) -> Done {
        let mut command = self.home.belino(words);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let done = command.spawn().unwrap();
        let waiting = tokio::task::spawn_blocking(move || done.wait_with_output());
        waiting.await.unwrap().unwrap().into()
    }
}

/// A service that is asked by its address must have one that is known before. Linux has a host for each process: nobody
/// else takes a port there until the service does.
fn free_address() -> String {
    let [_, a, b, c] = std::process::id().to_be_bytes();
    let host = if cfg!(target_os = "linux") {
        Ipv4Addr::new(127, a, b, c)
    } else {
        Ipv4Addr::LOCALHOST
    };
    let listener = TcpListener::bind((host, 0)).unwrap();
    listener.local_addr().unwrap().to_string()
}

pub(super) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let shades = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 251) as u8, (y % 241) as u8, 90])
    });
    shades.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The names in a folder, in order; none where there is no folder.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

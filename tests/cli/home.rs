//! A folder to run the program in, and what came of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use belino::domain::AppSecret;
use belino::webhook::signature::sign;
use reqwest::{Client, Response};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;

pub(crate) const SECRET: &str = "app-secret-of-the-command-line";
pub(crate) const OPERATOR: &str = "operator-key-of-the-command-line";
pub(crate) const VERIFY_TOKEN: &str = "verify-token-of-the-command-line";

/// The longest that a process may take to start, to stop or to get well.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with nothing in it, and settings for the program.
pub(crate) struct Home {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A process that runs until it is told to stop, or forgotten.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    http: Client,
    pub(crate) address: String,
}

impl Home {
    pub(crate) fn empty() -> Self {
        belino::net::install_crypto();
        Self {
            folder: tempfile::tempdir().unwrap(),
            settings: Vec::new(),
        }
    }

    /// With all that a service needs, on a port that is free.
    pub(crate) fn configured() -> Self {
        let mut home = Self::empty();
        for (key, value) in [
            ("BELINO_LISTEN", "127.0.0.1:0"),
            ("FACEBOOK_APP_SECRET", SECRET),
            ("INSTAGRAM_VERIFY_TOKEN", VERIFY_TOKEN),
            ("BELINO_ADMIN_KEY", OPERATOR),
        ] {
            home.set(key, value);
        }
        home
    }

    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.settings.push((key.to_owned(), value.to_owned()));
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program with these words.
    pub(crate) fn belino(&self, words: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_belino"), words)
    }

    /// Any program, here and with these settings only.
    pub(crate) fn program(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).current_dir(self.path()).env_clear();
        command.envs(self.settings.iter().cloned());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Done {
        self.run_with(words, "")
    }

    /// Runs a command with something on its standard input.
    pub(crate) fn run_with(&self, words: &[&str], input: &str) -> Done {
        let mut command = self.belino(words);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may have ended before.
        child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
        child.wait_with_output().unwrap().into()
    }

    /// Runs a command that must work, and gives what it answered.
    pub(crate) fn good(&self, words: &[&str]) -> String {
        let done = self.run(words);
        assert_eq!(done.code, 0, "{words:?}: {done:?}");
        done.out
    }

    /// Starts what runs on, and waits until it says where.
    pub(crate) fn start(command: Command) -> Running {
        Running::start(command)
    }

    /// The database's file and those beside it.
    pub(crate) fn database_files(&self) -> Vec<PathBuf> {
        ["belino.db", "belino.db-wal", "belino.db-shm"]
            .map(|name| self.path().join(name))
            .into()
    }

    pub(crate) async fn database(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.path().join("belino.db"));
        options.connect().await.unwrap()
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Sends on what a process says, line by line.
fn listen(stream: impl Read + Send + 'static, lines: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            lines.send(line).ok();
        }
    });
}

impl Running {
    fn start(mut command: Command) -> Self {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (give, lines) = mpsc::channel();
        listen(child.stdout.take().unwrap(), give.clone());
        listen(child.stderr.take().unwrap(), give);
        let mut running = Self {
            child,
            lines,
            http: belino::net::client(&belino::net::Settings::default()).unwrap(),
            address: String::new(),
        };
        running.address = running.said("http://127.");
        running
    }

    /// Waits until it says this, and gives the word that begins with it.
    pub(crate) fn said(&self, word: &str) -> String {
        let mut all = String::new();
        loop {
            let line = self
                .lines
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("it never said {word:?}, but:\n{all}"));
            if let Some(at) = line.find(word) {
                return line[at..].split_whitespace().next().unwrap().to_owned();
            }
            all += &line;
            all.push('\n');
        }
    }

    /// Delivers, and sees that Meta is asked to come again since the store does not take it.
    pub(crate) async fn refuses(&self, body: &str) {
        let answer = self.deliver(body).await;
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "store-unavailable");
    }

    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// Asks it to stop, and waits until it has; gives its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-TERM", &self.id()]).status();
        assert!(asked.unwrap().success());
        self.child.wait().unwrap().code()
    }

    /// Posts a body as Meta does.
    pub(crate) async fn deliver(&self, body: &str) -> Response {
        let request = self.http.post(format!("{}/api/instagram/webhook", self.address));
        request
            .header(
                "x-hub-signature-256",
                sign(&AppSecret::new(SECRET), body.as_bytes()),
            )
            .body(body.to_owned())
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.address));
        request.bearer_auth(key).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.address)).json(&body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.unwrap()
    }

    /// Deletes, and gives the status.
    pub(crate) async fn delete(&self, path: &str) -> u16 {
        let request = self.http.delete(format!("{}{path}", self.address));
        request.send().await.unwrap().status().as_u16()
    }

    /// Asks until the answer is so.
    pub(crate) async fn until(&self, path: &str, so: impl Fn(u16, &str) -> bool) -> String {
        let asking = async {
            loop {
                let answer = self.get(OPERATOR, path).await;
                let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
                if so(status, &text) {
                    return text;
                }
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

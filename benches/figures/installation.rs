//! An installation: a folder on the real disk with a database, and the account connected in it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use tempfile::TempDir;

use crate::cluster::Cluster;
use crate::payload::APP_SECRET;
use crate::sandbox::Sandbox;
use crate::service::{ADMIN_KEY, BELINO, VERIFY_TOKEN};

/// Seals the sandbox's token: 32 bytes that everybody knows.
const ENCRYPTION_KEY: &str = "figures:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A folder that goes when we go.
pub struct Installation {
    folder: TempDir,
    database: String,
    graph: Option<[String; 2]>,
}

impl Installation {
    /// An empty one, which speaks to nobody.
    pub fn alone() -> anyhow::Result<Self> {
        let folder = scratch()?;
        Ok(Self {
            database: embedded(folder.path()),
            folder,
            graph: None,
        })
    }

    /// One in which the sandbox's account is connected, on SQLite or on a server.
    pub fn connected(sandbox: &Sandbox, cluster: Option<&Cluster>) -> anyhow::Result<Self> {
        let folder = scratch()?;
        let installation = Self {
            database: match cluster {
                Some(cluster) => cluster.database()?,
                None => embedded(folder.path()),
            },
            folder,
            graph: Some(["graph.facebook.com", "graph.instagram.com"].map(|host| sandbox.graph(host))),
        };
        installation.run(
            &[
                "keys",
                "create",
                "--workspace",
                "figures",
                "--name",
                "figures",
                "--scope",
                "admin",
            ],
            "",
        )?;
        let add = [
            "connections",
            "add",
            "--workspace",
            "figures",
            "--login",
            "instagram",
            "--account",
            &sandbox.account,
        ];
        installation.run(&add, &sandbox.token)?;
        Ok(installation)
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program, with this installation's configuration.
    pub fn command(&self) -> Command {
        let mut command = Command::new(BELINO);
        command
            .current_dir(self.folder())
            .env("DATABASE_URL", &self.database)
            .env("BELINO_ENCRYPTION_KEYS", ENCRYPTION_KEY)
            .env("INSTAGRAM_APP_ID", "1000000000000001")
            .env("INSTAGRAM_APP_SECRET", APP_SECRET)
            .env("INSTAGRAM_VERIFY_TOKEN", VERIFY_TOKEN)
            .env("BELINO_ADMIN_KEY", ADMIN_KEY)
            // The sandbox's files are nowhere.
            .env("BELINO_MEDIA_CHECKS", "off")
            .env("BELINO_LOG", "warn");
        if let Some([facebook, instagram]) = &self.graph {
            command
                .env("BELINO_FACEBOOK_GRAPH_URL", facebook)
                .env("BELINO_INSTAGRAM_GRAPH_URL", instagram);
        }
        command
    }

    /// Runs a command to its end with `input` typed in.
    fn run(&self, words: &[&str], input: &str) -> anyhow::Result<()> {
        let mut child = self
            .command()
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().context("a piped standard input")?;
        writeln!(stdin, "{input}")?;
        drop(stdin);
        let output = child.wait_with_output()?;
        let words = words.join(" ");
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "belino {words}: {}", said.trim());
        Ok(())
    }
}

/// The URL of a database in a folder.
pub fn embedded(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("belino.db").display())
}

/// A folder under the target folder: on a real disk, where `/tmp` may be memory.
pub fn scratch() -> anyhow::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("figures-")
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .context("no folder for scratch files")
}

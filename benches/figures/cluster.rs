//! A PostgreSQL server of our own, as durable as it comes, on the disk that is measured. It goes when we go.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::installation::scratch;

/// The defaults, but no port and room for several processes.
const OPTIONS: &str = "-c listen_addresses='' -c max_connections=200";

/// A running server.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    owner: Option<u32>,
    databases: AtomicUsize,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start() -> anyhow::Result<Self> {
        let cluster = Self {
            folder: scratch()?,
            programs: programs().context("PostgreSQL's server programs are not installed")?,
            owner: owner()?,
            databases: AtomicUsize::new(0),
        };
        if cluster.owner.is_some() {
            chown(cluster.folder.path(), cluster.owner, None)?;
        }
        let data = cluster.data();
        let initdb = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"];
        cluster.run("initdb", initdb.iter().map(Path::new).chain([data.as_path()]))?;
        let options = format!(
            "{OPTIONS} -c unix_socket_directories='{}'",
            cluster.folder.path().display()
        );
        let log = cluster.folder.path().join("log");
        let start = ["-w", "-s", "-o", &options, "-l"].map(PathBuf::from);
        let place = [log, "-D".into(), data, "start".into()];
        cluster.run("pg_ctl", start.iter().chain(&place).map(PathBuf::as_path))?;
        Ok(cluster)
    }

    /// A new database's URL.
    pub fn database(&self) -> anyhow::Result<String> {
        let name = format!("figures{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let socket = self.folder.path();
        let words = ["-U", "postgres", "-h"].map(Path::new);
        self.run("createdb", words.into_iter().chain([socket, Path::new(&name)]))?;
        Ok(format!(
            "postgres://postgres@localhost/{name}?host={}",
            socket.display()
        ))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs one of its programs to the end, as its owner.
    fn run<'a>(&self, program: &str, words: impl Iterator<Item = &'a Path>) -> anyhow::Result<()> {
        let mut command = Command::new(self.programs.join(program));
        command.args(words).current_dir("/").stdin(Stdio::null());
        // Whoever stays running must not hold our output.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(user) = self.owner {
            std::os::unix::process::CommandExt::uid(&mut command, user);
        }
        let status = command.status()?;
        ensure!(
            status.success(),
            "{program} failed; as root it runs as the user postgres, who has to reach {}",
            self.folder.path().display()
        );
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let stop = ["-m", "immediate", "-s", "stop", "-D"].map(Path::new);
        // What cannot be stopped is told by the folder that stays.
        self.run("pg_ctl", stop.into_iter().chain([data.as_path()])).ok();
    }
}

/// The folder of the newest `initdb`: Debian keeps it out of `PATH`, by version.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all = folders.into_iter().rev().chain(std::env::split_paths(&path));
    all.find(|folder| folder.join("initdb").exists())
}

/// Root may not run a server: then it is the user `postgres`.
fn owner() -> anyhow::Result<Option<u32>> {
    let number = |words: &[&str]| -> anyhow::Result<u32> {
        let output = Command::new("id").args(words).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    };
    if number(&["-u"])? != 0 {
        return Ok(None);
    }
    number(&["-u", "postgres"])
        .map(Some)
        .context("there is no user postgres")
}

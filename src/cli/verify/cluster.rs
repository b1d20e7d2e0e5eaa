//! A private PostgreSQL of the run's own: made, crashed, started again and removed with its own programs.
//!
//! Nothing listens on a port: it is reached through a socket in its folder, which only its owner may enter.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::Failure;
use crate::cli::failure::io;
use crate::config;

/// Where Debian keeps the server's programs, by version.
const DEBIAN: &str = "/usr/lib/postgresql";
const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "createdb"];
const DATABASE: &str = "verify";

/// A cluster in a folder of its own, stopped and removed with this value.
pub(super) struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Cluster {
    /// Makes and starts one; none if this machine has no server programs.
    ///
    /// The folder is short and in the system's place for such: a socket's path may have 107 bytes.
    pub(super) fn start() -> Result<Option<Self>, Failure> {
        let Some(bin) = programs() else {
            return Ok(None);
        };
        let folder = config::temporary_folder().join(format!("belino-verify-pg-{}", std::process::id()));
        std::fs::create_dir(&folder)
            .map_err(io(format!("could not make the folder {}", folder.display())))?;
        let owner = unprivileged(&folder);
        let cluster = Self { bin, folder, owner };
        cluster.hand_over()?;
        cluster.run("initdb", |command| {
            let words = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"];
            command.args(words).arg(cluster.data());
        })?;
        cluster.begin()?;
        cluster.run("createdb", |command| {
            command
                .arg("-h")
                .arg(&cluster.folder)
                .args(["-U", "postgres", DATABASE]);
        })?;
        Ok(Some(cluster))
    }

    /// The URL to give as `DATABASE_URL`.
    pub(super) fn url(&self) -> String {
        format!(
            "postgres://postgres@localhost/{DATABASE}?host={}",
            self.folder.display()
        )
    }

    /// Ends it at once, as a crash would: nothing is written back, the next start recovers from its log.
    pub(super) fn crash(&self) -> Result<(), Failure> {
        self.control(&["-m", "immediate", "-s", "stop"])
    }

    /// Starts it, for the first time or again.
    pub(super) fn begin(&self) -> Result<(), Failure> {
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=200 -c logging_collector=off",
            self.folder.display()
        );
        let log = self.folder.join("log").display().to_string();
        self.control(&["-l", &log, "-w", "-s", "-o", &options, "start"])
    }

    fn control(&self, words: &[&str]) -> Result<(), Failure> {
        self.run("pg_ctl", |command| {
            command.arg("-D").arg(self.data()).args(words);
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// To its owner, and to nobody else.
    fn hand_over(&self) -> Result<(), Failure> {
        let only_owner = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(&self.folder, only_owner)
            .map_err(io("could not close the cluster's folder"))?;
        if let Some((user, group)) = self.owner {
            chown(&self.folder, Some(user), Some(group))
                .map_err(io("could not hand the cluster's folder over"))?;
        }
        Ok(())
    }

    /// Runs one of its programs as its owner and without our environment (`PGHOST`, …).
    fn run(&self, name: &str, say: impl FnOnce(&mut Command)) -> Result<(), Failure> {
        let mut command = Command::new(self.bin.join(name));
        command
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C");
        // The server inherits them, and lives on: nobody may wait for their end.
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        // Ctrl-C is for us: we stop it in order.
        command.process_group(0);
        say(&mut command);
        let ended = command.status().map_err(io(format!("could not run {name}")))?;
        if ended.success() {
            return Ok(());
        }
        Err(Failure::Unsuccessful(format!(
            "{name} of PostgreSQL failed: {ended}"
        )))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may be stopped already; what cannot be removed is the system's to clear.
        self.crash().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// The newest of Debian's folders, else one of the shell's, that has all we need.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    folders.sort();
    let newest = folders.into_iter().rev().map(|(_, folder)| folder);
    newest
        .chain(config::program_folders())
        .find(|folder| NEEDED.iter().all(|name| folder.join(name).exists()))
}

/// `initdb` refuses to run as root, which is who owns what root makes: then it is `postgres`, or `nobody`.
fn unprivileged(ours: &Path) -> Option<(u32, u32)> {
    if ours.metadata().is_ok_and(|about| about.uid() != 0) {
        return None;
    }
    ["postgres", "nobody"]
        .iter()
        .find_map(|user| Some((number("-u", user)?, number("-g", user)?)))
}

fn number(of: &str, user: &str) -> Option<u32> {
    let output = Command::new("id")
        .args([of, user])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

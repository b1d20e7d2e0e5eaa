//! The private cluster: found or started, spoken to with PostgreSQL's own programs, stopped by its watchdog.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::machine::{started, unprivileged};

/// Stops the cluster when the process `$1` is gone, then removes the folder `$2`; `$3` is `pg_ctl`.
/// `kill -0` is refused between users, and not every system has `/proc`: either one says "alive".
const WATCHDOG: &str = r#"(
while { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; } && [ -e "$2/ready" ]; do sleep 1; done
"$3" -D "$2/data" -m immediate -s stop
rm -rf "$2"
) &"#;

const OPTIONS: &str = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c max_connections=300 -c shared_buffers=32MB -c logging_collector=off";

/// The cluster of this run.
pub(super) struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Cluster {
    /// The cluster of this run, started or not. Its folder is short, for a socket's path may have 107 bytes,
    /// and outside `target`, which the user `postgres` may not be able to reach.
    pub(super) fn find(bin: PathBuf) -> Self {
        let runner = std::os::unix::process::parent_id();
        let folder = std::env::temp_dir().join(format!("belino-pg-{runner}-{}", started(runner)));
        Self {
            bin,
            folder,
            owner: unprivileged(),
        }
    }

    pub(super) fn start_unless_ready(&self) {
        if self.folder.join("ready").exists() {
            return;
        }
        self.clear();
        fs::create_dir(&self.folder).expect("a folder for the cluster can be made");
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700)).expect("it is ours");
        if let Some((user, group)) = self.owner {
            std::os::unix::fs::chown(&self.folder, Some(user), Some(group)).expect("root may hand it over");
        }
        let data = self.folder.join("data");
        let initdb = [
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ];
        check(self.program("initdb").args(initdb).arg(&data), "initdb");
        let options = format!("{OPTIONS} -c unix_socket_directories='{}'", self.folder.display());
        let log = self.folder.join("log");
        check(
            self.program("pg_ctl")
                .arg("-D")
                .arg(&data)
                .arg("-l")
                .arg(log)
                .args(["-w", "-s", "-o", &options, "start"]),
            "pg_ctl",
        );
        File::create(self.folder.join("ready")).expect("the folder takes one more file");
        self.watch();
    }

    /// Removes what a process left that was killed while it started the cluster.
    fn clear(&self) {
        if self.folder.exists() {
            self.program("pg_ctl")
                .arg("-D")
                .arg(self.folder.join("data"))
                .args(["-m", "immediate", "-s", "stop"])
                .status()
                .ok();
            fs::remove_dir_all(&self.folder).expect("an unfinished cluster can be removed");
        }
    }

    fn watch(&self) {
        let runner = std::os::unix::process::parent_id().to_string();
        let mut shell = self.command("/bin/sh".as_ref());
        shell
            .args(["-c", WATCHDOG, "watchdog", &runner])
            .arg(&self.folder)
            .arg(self.bin.join("pg_ctl"));
        // The shell leaves it in the background and ends; a group of its own keeps it from the runner's signals.
        assert!(
            shell
                .process_group(0)
                .status()
                .is_ok_and(|status| status.success()),
            "no watchdog"
        );
    }

    pub(super) fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@localhost/{database}?host={}",
            self.folder.display()
        )
    }

    /// Whether this database is there, by a note in the folder: asking would take each test a program and a connection.
    pub(super) fn has(&self, database: &str) -> bool {
        self.folder.join(database).exists()
    }

    /// Notes that this database is there.
    pub(super) fn note(&self, database: &str) {
        File::create(self.folder.join(database)).expect("the folder takes one more file");
    }

    /// Copies a database as files where the server has another way, too, which writes all of it to its log: that costs
    /// twice the time, and the room of as many copies as the log is long.
    pub(super) fn copy(&self, from: &str, to: &str) {
        let by_version = self.bin.parent().and_then(Path::file_name);
        let version: Option<u32> = by_version.and_then(|name| name.to_str()?.parse().ok());
        let mut words = vec!["-T", from, to];
        if version.is_some_and(|version| version >= 15) {
            words.extend(["--strategy", "file_copy"]);
        }
        self.run("createdb", &words);
    }

    pub(super) fn sql(&self, statement: &str) {
        self.run(
            "psql",
            &["-q", "-v", "ON_ERROR_STOP=1", "-c", statement, "postgres"],
        );
    }

    pub(super) fn run(&self, program: &str, arguments: &[&str]) {
        check(self.tool(program).args(arguments), program);
    }

    /// A client program, speaking to this cluster.
    pub(super) fn tool(&self, name: &str) -> Command {
        let mut command = self.program(name);
        command.arg("-h").arg(&self.folder).args(["-U", "postgres"]);
        command
    }

    fn program(&self, name: &str) -> Command {
        self.command(&self.bin.join(name))
    }

    /// A program as the cluster's owner, without our environment (`PGHOST`, …) and, since the test runner
    /// waits for whoever holds them, without our output streams.
    fn command(&self, path: &Path) -> Command {
        let mut command = Command::new(path);
        command
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }
}

fn check(command: &mut Command, name: &str) {
    let output = command
        .stderr(Stdio::piped())
        .output()
        .expect("an installed program can be started");
    assert!(
        output.status.success(),
        "{name} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

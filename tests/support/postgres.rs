//! PostgreSQL for tests: one private cluster per test run, one database per test.
//!
//! The first process that needs the cluster starts it behind a file lock; the others find it running. It
//! belongs to the process that started the tests (cargo or nextest): a watchdog stops it and removes its
//! folder when that one is gone, however it went. Each database is a copy of one that was migrated once.
//! Nothing listens on a port, and nothing survives the run.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Stops the cluster when the process `$1` is gone, then removes the folder `$2`; `$3` is `pg_ctl`.
/// `kill -0` is refused between users, and not every system has `/proc`: either one says "alive".
const WATCHDOG: &str = r#"(
while { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]; } && [ -e "$2/ready" ]; do sleep 1; done
"$3" -D "$2/data" -m immediate -s stop
rm -rf "$2"
) &"#;

const OPTIONS: &str = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c max_connections=300 -c shared_buffers=32MB -c logging_collector=off";

/// A database of a test's own, dropped with this value.
pub(crate) struct TestDatabase {
    cluster: Cluster,
    name: String,
}

impl TestDatabase {
    /// The URL to give as `DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        self.cluster.url(&self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // The cluster's end removes what could not be dropped here.
        self.cluster
            .tool("dropdb")
            .args(["--if-exists", "--force", &self.name])
            .status()
            .ok();
    }
}

/// A copy of the database `kind`, which `migrate` prepares when it is given its URL: once per run, kind and
/// state of `migrations/postgres`. None if this machine has no PostgreSQL, which is said aloud.
///
/// # Panics
/// If PostgreSQL is missing where `CI` is set, or does not start.
pub(crate) async fn database<Migrated: Future<Output = ()>>(
    kind: &str,
    migrate: impl FnOnce(String) -> Migrated,
) -> Option<TestDatabase> {
    let Some(bin) = programs() else {
        let missing = "PostgreSQL's server programs are not installed: run scripts/test-setup";
        assert!(std::env::var_os("CI").is_none(), "{missing}");
        say(missing);
        return None;
    };
    let cluster = Cluster::find(bin);
    let lock = lock();
    cluster.start_unless_ready();
    let template = format!("{kind}_{:016x}", migrations());
    if !cluster.has(&template) {
        let draft = format!("draft_{:016x}", random());
        cluster.run("createdb", &["-T", "template0", &draft]);
        migrate(cluster.url(&draft)).await;
        // Renaming waits for connections that are closing; a pool that was only dropped may not be.
        cluster.sql(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{draft}'"
        ));
        cluster.sql(&format!("ALTER DATABASE {draft} RENAME TO {template}"));
        cluster.sql(&format!("ALTER DATABASE {template} WITH ALLOW_CONNECTIONS false"));
    }
    drop(lock);
    let name = format!("t_{:016x}", random());
    cluster.run("createdb", &["-T", &template, &name]);
    Some(TestDatabase { cluster, name })
}

#[expect(clippy::print_stderr, reason = "a gap in what was tested must be seen")]
fn say(missing: &str) {
    eprintln!("NOT TESTED on PostgreSQL: {missing}");
}

fn lock() -> File {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).expect("cargo's folder for tests can be made");
    let file = File::create(folder.join("postgres.lock")).expect("the lock file can be made");
    file.lock().expect("the lock can be waited for");
    file
}

struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Cluster {
    /// The cluster of this run, started or not. Its folder is short, for a socket's path may have 107 bytes,
    /// and outside `target`, which the user `postgres` may not be able to reach.
    fn find(bin: PathBuf) -> Self {
        let runner = std::os::unix::process::parent_id();
        let folder = std::env::temp_dir().join(format!("belino-pg-{runner}-{}", started(runner)));
        Self {
            bin,
            folder,
            owner: unprivileged(),
        }
    }

    fn start_unless_ready(&self) {
        if self.folder.join("ready").exists() && self.sql_works() {
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

    fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@localhost/{database}?host={}",
            self.folder.display()
        )
    }

    fn has(&self, database: &str) -> bool {
        let question = format!("SELECT 1 FROM pg_database WHERE datname = '{database}'");
        let answer = self
            .tool("psql")
            .args(["-At", "-c", &question, "postgres"])
            .stdout(Stdio::piped())
            .output();
        !answer.expect("psql can be started").stdout.is_empty()
    }

    fn sql(&self, statement: &str) {
        self.run(
            "psql",
            &["-q", "-v", "ON_ERROR_STOP=1", "-c", statement, "postgres"],
        );
    }

    fn sql_works(&self) -> bool {
        self.tool("psql")
            .args(["-c", "SELECT 1", "postgres"])
            .status()
            .is_ok_and(|status| status.success())
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        check(self.tool(program).args(arguments), program);
    }

    /// A client program, speaking to this cluster.
    fn tool(&self, name: &str) -> Command {
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

/// The folder of `initdb`: Debian keeps it out of `PATH`, by version; the newest one is taken.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let newest = folders.into_iter().rev().map(|(_, folder)| folder);
    newest.chain(std::env::split_paths(&path)).find(|folder| {
        ["initdb", "pg_ctl", "psql", "createdb", "dropdb"]
            .iter()
            .all(|name| folder.join(name).exists())
    })
}

/// `initdb` refuses to run as root: then it is the user `postgres`, or `nobody`.
fn unprivileged() -> Option<(u32, u32)> {
    let number = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id")
            .args(arguments)
            .stderr(Stdio::null())
            .output()
            .ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if number(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"]
        .iter()
        .find_map(|user| Some((number(&["-u", user])?, number(&["-g", user])?)))
}

/// When a process was started, so that a number used again names another run. Only Linux tells it cheaply.
fn started(process: u32) -> String {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = line.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().nth(19).unwrap_or("0").to_owned()
}

/// What stands in `migrations/postgres`: a cluster that outlives an edit needs another template.
fn migrations() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let mut hasher = std::hash::DefaultHasher::new();
    for file in files {
        let text: io::Result<Vec<u8>> = fs::read(&file);
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write(&text.expect("a migration can be read"));
    }
    hasher.finish()
}

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

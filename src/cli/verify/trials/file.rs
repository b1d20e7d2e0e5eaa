//! The bad days of SQLite's file: somebody locks it, it becomes read-only, the disk is full.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::kills::{PER_LIFE, sent};
use super::trial::NOW;
use crate::cli::Failure;
use crate::cli::failure::io;
use crate::cli::verify::bed::Bed;
use crate::cli::verify::row::Stop;
use crate::config;

const LOCKED: Duration = Duration::from_secs(6);
const FULL: Duration = Duration::from_secs(2);
/// What is written meanwhile fails, and the file is opened anew as it then is.
const FAILING: Duration = Duration::from_millis(500);
/// The database and what SQLite keeps beside it.
const FILES: [&str; 3] = ["belino.db", "belino.db-wal", "belino.db-shm"];
/// Root is kept to the modes of its files, as everyone else is.
const BY_THE_RULES: &str = "setpriv --bounding-set=-dac_override,-dac_read_search";

/// Another program holds SQLite's write lock for longer than deliveries wait.
pub(super) async fn locked(bed: &mut Bed) -> Result<(), Stop> {
    let sqlite3 = found("sqlite3")?;
    let folder = bed.folder.clone();
    let locking = async {
        let mut shell = Shell::start(Command::new(sqlite3).arg("belino.db").current_dir(folder))?;
        shell.say(".timeout 5000\nBEGIN IMMEDIATE;\n")?;
        tokio::time::sleep(LOCKED).await;
        shell.say("ROLLBACK;\n")
    };
    Ok(amid_load(bed, locking).await?)
}

/// Nothing can be written to the disk for a while, nor to the service's log on it.
pub(super) async fn full_disk(bed: &mut Bed) -> Result<(), Stop> {
    let prlimit = found("prlimit")?;
    let service = confined(bed, "").await?;
    let filling = async {
        limit(&prlimit, service, "0")?;
        tokio::time::sleep(FULL).await;
        limit(&prlimit, service, "unlimited")
    };
    Ok(amid_load(bed, filling).await?)
}

/// The file may only be read for a while. What is open already can be written all the same: so a write fails first.
pub(super) async fn read_only(bed: &mut Bed) -> Result<(), Stop> {
    let prlimit = found("prlimit")?;
    let is_root = std::fs::metadata(&bed.folder).is_ok_and(|folder| folder.uid() == 0);
    let by = if is_root {
        found("setpriv")?;
        BY_THE_RULES
    } else {
        ""
    };
    let service = confined(bed, by).await?;
    let folder = bed.folder.clone();
    let mode = |mode: u32| {
        FILES.iter().try_for_each(|name| {
            std::fs::set_permissions(folder.join(name), Permissions::from_mode(mode))
                .map_err(io("could not set the mode of the database's files"))
        })
    };
    let closing = async {
        limit(&prlimit, service, "0")?;
        mode(0o444)?;
        tokio::time::sleep(FAILING).await;
        limit(&prlimit, service, "unlimited")?;
        tokio::time::sleep(FULL).await;
        mode(0o644)
    };
    Ok(amid_load(bed, closing).await?)
}

/// Sends deliveries, and does this when half of them are sent.
async fn amid_load(bed: &Bed, doing: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let deliveries = bed.written(&bed.accounts, PER_LIFE, NOW).await?;
    let load = bed.load.clone();
    let before = load.book.len();
    let amid = async {
        sent(&load.book, before + PER_LIFE / 2).await;
        doing.await
    };
    let sending = async {
        load.send(&deliveries).await;
        Ok(())
    };
    tokio::try_join!(sending, amid).map(drop)
}

/// Starts the service anew so that a limit on its files makes its writes fail, as a full disk does, instead of ending
/// it; gives its process.
async fn confined(bed: &mut Bed, by: &str) -> Result<u32, Failure> {
    let script = format!("trap '' XFSZ; exec {by} \"$0\" serve");
    bed.kill_and_restart_by(&script).await?;
    bed.process()
        .ok_or_else(|| Failure::Unsuccessful("no service runs".to_owned()))
}

/// Lets the files of a process become so long.
fn limit(prlimit: &Path, process: u32, size: &str) -> Result<(), Failure> {
    let limit = format!("--fsize={size}:unlimited");
    let mut command = Command::new(prlimit);
    command.args(["--pid", &process.to_string(), &limit]);
    command.status().map(drop).map_err(io("could not run prlimit"))
}

fn found(name: &str) -> Result<PathBuf, Stop> {
    let all = config::program_folders();
    let program = all
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|path| path.exists());
    program.ok_or_else(|| Stop::NotTested(format!("it takes the program {name}")))
}

/// A program that is typed into; ended with its value.
struct Shell(Child);

impl Shell {
    fn start(command: &mut Command) -> Result<Self, Failure> {
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().map(Self).map_err(io("could not start sqlite3"))
    }

    fn say(&mut self, words: &str) -> Result<(), Failure> {
        let stdin = self.0.stdin.as_mut();
        stdin
            .map_or(Ok(()), |stdin| stdin.write_all(words.as_bytes()))
            .map_err(io("sqlite3 did not listen"))
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

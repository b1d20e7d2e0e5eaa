//! The database's bad days: it crashes, somebody locks it, the disk is full.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::kills::{PER_LIFE, sent};
use super::trial::{NOW, Plan};
use crate::cli::Failure;
use crate::cli::failure::io;
use crate::cli::verify::bed::Bed;
use crate::cli::verify::row::Stop;
use crate::config;

const LOCKED: Duration = Duration::from_secs(6);
/// Pause between a crash and the start after it.
const DOWN: Duration = Duration::from_millis(500);
const FULL: Duration = Duration::from_secs(2);

/// How often the server is crashed.
pub(super) const fn crashes(plan: &Plan) -> usize {
    plan.kills.div_ceil(4)
}

/// The server ends at once, again and again, while deliveries come.
pub(super) async fn crash(bed: &mut Bed, plan: &Plan) -> Result<(), Stop> {
    let Some(cluster) = &bed.cluster else {
        return Err(Stop::NotTested("the database is not ours to crash".to_owned()));
    };
    let times = crashes(plan);
    let deliveries = bed.written(&bed.accounts, (times + 1) * PER_LIFE, NOW).await?;
    let load = bed.load.clone();
    let before = load.book.len();
    let crashing = async {
        for life in 0..times {
            sent(&load.book, before + life * PER_LIFE + PER_LIFE / 2).await;
            cluster.crash()?;
            tokio::time::sleep(DOWN).await;
            cluster.begin()?;
        }
        Ok::<_, Failure>(())
    };
    let sending = async {
        load.send(&deliveries).await;
        Ok(())
    };
    tokio::try_join!(sending, crashing)?;
    Ok(())
}

/// Another program holds SQLite's write lock for longer than deliveries wait.
pub(super) async fn locked(bed: &mut Bed) -> Result<(), Stop> {
    let sqlite3 = found("sqlite3")?;
    let deliveries = bed.written(&bed.accounts, PER_LIFE, NOW).await?;
    let load = bed.load.clone();
    let before = load.book.len();
    let folder = bed.folder.clone();
    let locking = async {
        sent(&load.book, before + PER_LIFE / 2).await;
        let mut shell = Shell::start(Command::new(sqlite3).arg("belino.db").current_dir(folder))?;
        shell.say(".timeout 5000\nBEGIN IMMEDIATE;\n")?;
        tokio::time::sleep(LOCKED).await;
        shell.say("ROLLBACK;\n")
    };
    let sending = async {
        load.send(&deliveries).await;
        Ok::<_, Failure>(())
    };
    tokio::try_join!(sending, locking)?;
    Ok(())
}

/// The limit on the size of a process's files stands for the disk: what is over it cannot be written.
pub(super) async fn full_disk(bed: &mut Bed) -> Result<(), Stop> {
    let prlimit = found("prlimit")?;
    // What ends a process that writes too much is ignored: the write fails instead, as on a full disk.
    bed.kill_and_restart_by("trap '' XFSZ; exec \"$0\" serve").await?;
    let deliveries = bed.written(&bed.accounts, PER_LIFE, NOW).await?;
    let Some(process) = bed.process() else {
        return Ok(());
    };
    let room = |size: &str| {
        let limit = format!("--fsize={size}:unlimited");
        let mut command = Command::new(&prlimit);
        command.args(["--pid", &process.to_string(), &limit]);
        command.status().map(drop).map_err(io("could not run prlimit"))
    };
    let load = bed.load.clone();
    let before = load.book.len();
    let filling = async {
        sent(&load.book, before + PER_LIFE / 2).await;
        room("0")?;
        tokio::time::sleep(FULL).await;
        room("unlimited")
    };
    let sending = async {
        load.send(&deliveries).await;
        Ok::<_, Failure>(())
    };
    tokio::try_join!(sending, filling)?;
    Ok(())
}

fn found(name: &str) -> Result<std::path::PathBuf, Stop> {
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

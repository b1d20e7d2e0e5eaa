//! A child process whose output goes into a file. It ends when its value goes, however the run ends.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::cli::Failure;
use crate::cli::failure::io;

/// The longest that a process may take to say where it listens, or to end when asked.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOKED_AT: Duration = Duration::from_millis(5);
const ADDRESS: &str = "http://127.0.0.1:";

/// A running child.
pub(super) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command; what it says goes into `log`.
    pub(super) fn start(command: &mut Command, log: PathBuf) -> Result<Self, Failure> {
        let what = format!("could not start {}", command.get_program().display());
        let out = File::create(&log).map_err(io(format!("could not write {}", log.display())))?;
        let err = out.try_clone().map_err(io("could not share the log"))?;
        let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn();
        Ok(Self {
            child: child.map_err(io(what))?,
            log,
        })
    }

    /// Waits until it tells the address on which it listens.
    pub(super) async fn address(&mut self) -> Result<SocketAddr, Failure> {
        let began = Instant::now();
        loop {
            let ended = self.ended()?;
            if let Some(address) = told(&self.log)? {
                return Ok(address);
            }
            if ended.is_some() || began.elapsed() > PATIENCE {
                return Err(Failure::Unsuccessful(format!(
                    "a process never told its address: see {}",
                    self.log.display()
                )));
            }
            tokio::time::sleep(LOOKED_AT).await;
        }
    }

    /// How often it has said this.
    pub(super) fn said(&self, word: &str) -> Result<usize, Failure> {
        Ok(read(&self.log)?.matches(word).count())
    }

    /// SIGKILL: it gets no chance to finish anything.
    pub(super) fn kill(mut self) -> Result<(), Failure> {
        self.child
            .kill()
            .and_then(|()| self.child.wait())
            .map(drop)
            .map_err(io("could not kill a process of ours"))
    }

    /// Sends a signal by its name, as `STOP`.
    pub(super) fn signal(&self, name: &str) -> Result<(), Failure> {
        let sent = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.id().to_string())
            .status()
            .map_err(io("could not run `kill`"))?;
        if sent.success() {
            return Ok(());
        }
        Err(Failure::Unsuccessful(format!(
            "process {} took no {name}",
            self.id()
        )))
    }

    /// Asks it to end and waits until it has.
    pub(super) async fn stop(mut self) -> Result<(), Failure> {
        self.signal("TERM")?;
        let began = Instant::now();
        while self.ended()?.is_none() {
            if began.elapsed() > PATIENCE {
                return Err(Failure::Unsuccessful(
                    "a process did not end when asked".to_owned(),
                ));
            }
            tokio::time::sleep(LOOKED_AT).await;
        }
        Ok(())
    }

    /// Its number.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.child
            .try_wait()
            .map_err(io("could not look at a process of ours"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The first address in a log, once its line is whole.
fn told(log: &Path) -> Result<Option<SocketAddr>, Failure> {
    let text = read(log)?;
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let address = whole.find(ADDRESS).and_then(|at| {
        let rest = whole.get(at + "http://".len()..)?;
        rest.split(|letter: char| !(letter.is_ascii_digit() || ".:".contains(letter)))
            .next()?
            .parse()
            .ok()
    });
    Ok(address)
}

fn read(log: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(log).map_err(io(format!("could not read {}", log.display())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

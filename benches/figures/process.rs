//! A child process: what it costs, and that it goes when we go.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;

use crate::wait;

/// The kernel tells times in this unit on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running child; dropping it kills it.
pub struct Process(Child);

impl Process {
    /// Starts a command whose output goes nowhere, or into the file `log`.
    pub fn start(command: &mut Command, log: Option<&std::path::Path>) -> anyhow::Result<Self> {
        let output = || -> anyhow::Result<Stdio> {
            Ok(match log {
                Some(path) => fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(path)?
                    .into(),
                None => Stdio::null(),
            })
        };
        let child = command
            .stdin(Stdio::null())
            .stdout(output()?)
            .stderr(output()?)
            .spawn()
            .with_context(|| format!("could not start {}", command.get_program().display()))?;
        Ok(Self(child))
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// True once it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Asks it to end and waits until it has.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.id().to_string())
            .status()?;
        anyhow::ensure!(asked.success(), "could not signal process {}", self.id());
        wait::until(
            "the process ends when asked",
            Duration::from_millis(20),
            Duration::from_secs(40),
            async || self.has_ended().then_some(()),
        )
        .await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A process and those that it started itself.
pub fn with_children(id: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    let children = children
        .split_ascii_whitespace()
        .filter_map(|child| child.parse().ok());
    std::iter::once(id).chain(children).collect()
}

/// Seconds of processor time that a process has used, in user and kernel mode.
pub fn cpu_seconds(id: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name in parentheses may hold anything; counted after it, user and system time are the 12th and 13th.
    let (_, fields) = stat.rsplit_once(')').context("an unknown form of /proc/…/stat")?;
    let ticks: f64 = fields
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks / TICKS_PER_SECOND)
}

/// Bytes of memory that a process holds now.
pub fn resident_bytes(id: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|value| value.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .map(|kibibytes| kibibytes * 1024)
        .context("an unknown form of /proc/…/status")
}

//! The other peer: what one would otherwise write, an Express receiver that inserts a row for each request.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::ensure;
use belino::http::ServeOptions;

use crate::cluster::Cluster;
use crate::http1::{Connection, get};
use crate::payload::APP_SECRET;
use crate::process::Process;
use crate::service::free_port;
use crate::wait;

/// A running Express receiver.
pub struct Express {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The process of its workers' parent.
    pub process: Process,
}

impl Express {
    /// Starts it on a new database, with a worker for each core, after installing what it needs from npm.
    pub async fn start(cluster: &Cluster) -> anyhow::Result<Self> {
        let folder = folder();
        if !folder.join("node_modules").exists() {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder);
            let status = npm.stdin(Stdio::null()).stdout(Stdio::null()).status();
            ensure!(
                status?.success(),
                "npm could not install the peer in {}",
                folder.display()
            );
        }
        let addr = free_port()?;
        let mut command = Command::new("node");
        command
            .arg("server.js")
            .current_dir(&folder)
            .env("NODE_ENV", "production")
            .env("APP_SECRET", APP_SECRET)
            .env("DATABASE_URL", cluster.database()?)
            .env("PORT", addr.port().to_string())
            .env("WORKERS", ServeOptions::default().workers.to_string());
        let process = Process::start(&mut command, None)?;
        wait::until(
            "the Express receiver answers",
            Duration::from_millis(20),
            Duration::from_secs(20),
            async || {
                let answered = Connection::open(addr).await.ok()?.ask(&get("/readyz")).await;
                (answered.ok()? == 200).then_some(())
            },
        )
        .await?;
        Ok(Self { addr, process })
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/express")
}

//! The bare peer: an HTTP server that reads the body and answers 200, and nothing else.
//!
//! It is this program again, with the web server, workers and settings of the service: what the service is
//! compared with is the least that any answer costs on this machine.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use actix_web::web::{self, Payload};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::Context;
use belino::http::ServeOptions;
use futures_util::StreamExt;

use crate::http1::{Connection, get};
use crate::process::Process;
use crate::service::free_port;
use crate::wait;

/// A running bare peer.
pub struct Bare {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Its process.
    pub process: Process,
}

impl Bare {
    /// Starts this program again as the bare peer and waits until it answers.
    pub async fn start() -> anyhow::Result<Self> {
        let addr = free_port()?;
        let workers = ServeOptions::default().workers.to_string();
        let mut command = Command::new(std::env::current_exe()?);
        let process = Process::start(command.args(["bare", &addr.to_string(), &workers]), None)?;
        wait::until(
            "the bare peer answers",
            Duration::from_millis(5),
            Duration::from_secs(10),
            async || Connection::open(addr).await.ok()?.ask(&get("/")).await.ok(),
        )
        .await?;
        Ok(Self { addr, process })
    }
}

/// Serves until killed.
pub fn serve(addr: &str, workers: &str) -> anyhow::Result<()> {
    let workers = workers.parse().context("the number of workers")?;
    let addr: SocketAddr = addr.parse().context("the address")?;
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(|| App::new().default_service(web::to(take)))
            .workers(workers)
            .worker_max_blocking_threads(1)
            .backlog(1_024)
            .keep_alive(Duration::from_secs(75))
            .client_request_timeout(Duration::from_secs(5))
            .client_disconnect_timeout(Duration::from_secs(2))
            .bind(addr)?
            .run()
            .await?;
        Ok(())
    })
}

async fn take(mut payload: Payload) -> HttpResponse {
    while let Some(Ok(_)) = payload.next().await {}
    HttpResponse::Ok().finish()
}

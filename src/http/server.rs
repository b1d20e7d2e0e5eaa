//! The server: how many workers, and how long each part of a request may take.
//!
//! actix bounds a request's head itself: 96 headers, 128 KiB.

use std::net::TcpListener;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use utoipa_actix_web::AppExt;

use super::docs::Documentation;
use super::feed::StreamOptions;
use super::{State, documentation, fallback, routes};
use crate::ingest::Desk;

/// How long a request's head may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an unused connection is kept; a little longer than proxies in front keep theirs.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a connection may take to say goodbye.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1_024;

/// How the server runs.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Threads that answer.
    pub workers: usize,
    /// Most open connections, over all workers.
    pub max_connections: usize,
    /// How long requests under way may take when the server is told to stop.
    pub grace: Duration,
    /// How followers of the feed are served.
    pub streams: StreamOptions,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            max_connections: 4_096,
            grace: Duration::from_secs(10),
            streams: StreamOptions::default(),
        }
    }
}

/// Serves all routes on a listener that is bound already. The server takes no signals: stop it by its handle.
pub fn serve(state: State, listener: TcpListener, options: &ServeOptions) -> std::io::Result<Server> {
    bound_writes(&listener, options.streams.patience)?;
    let (state, description) = (Data::new(state), Arc::new(OnceLock::new()));
    let server = HttpServer::new(move || {
        // Made on the worker's own thread, where its answers are to arrive.
        let (desk, hand_out) = Desk::new(state.ledger.clone());
        actix_web::rt::spawn(hand_out);
        let (app, api) = App::new()
            .app_data(state.clone())
            .app_data(Data::new(desk))
            .into_utoipa_app()
            .openapi(documentation::head())
            .configure(routes::tree)
            .split_for_parts();
        let api = documentation::secured(api);
        app.app_data(Data::new(fallback::Known::of(&api)))
            .configure(|app| Documentation::of(&api, &description).serve(app))
            .default_service(web::to(fallback::refuse))
    });
    let server = server
        .workers(options.workers)
        .worker_max_blocking_threads(1)
        .max_connections(options.max_connections.div_ceil(options.workers.max(1)))
        .backlog(BACKLOG)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .shutdown_timeout(options.grace.as_secs())
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// actix waits for ever for a peer that takes nothing. The kernel does not: what no byte of was taken for so long is
/// cut off. Connections have the option from their listener; other systems than Linux have none like it.
fn bound_writes(listener: &TcpListener, patience: Duration) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(listener).set_tcp_user_timeout(Some(patience))?;
    Ok(())
}

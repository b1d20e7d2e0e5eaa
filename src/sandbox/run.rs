//! Starting and stopping: one port, one sender of webhooks.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};

use super::meta::Meta;
use super::{SandboxConfig, SandboxError, control, dialog, graph, outbox};

/// Meta, simulated.
#[derive(Debug)]
pub struct Sandbox;

/// A sandbox that runs until it is stopped.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    meta: Arc<Meta>,
    server: ServerHandle,
}

/// Bodies of requests are at most this long.
const BODY: usize = 16 << 20;

/// Videos, when they are brought (graph-publishing.md §5).
const VIDEO: usize = 300_000_000;

impl Sandbox {
    /// Reads the journal, takes the port and begins to serve.
    pub async fn start(config: SandboxConfig) -> Result<Running, SandboxError> {
        let addr = config.listen;
        let failed = |source| SandboxError::Listen { addr, source };
        let meta = prepare(config).await?;
        let listener = TcpListener::bind(addr).map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let data = web::Data::from(Arc::clone(&meta));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .app_data(web::PayloadConfig::new(BODY))
                .configure(control::routes)
                .configure(dialog::routes)
                .service(
                    web::resource("/rupload.facebook.com/{below:.*}")
                        .app_data(web::PayloadConfig::new(VIDEO))
                        .to(graph::serve),
                )
                .default_service(web::to(graph::serve))
        })
        .workers(2)
        .disable_signals()
        .shutdown_timeout(2)
        .listen(listener)
        .map_err(failed)?
        .run();
        let handle = server.handle();
        meta.tasks.spawn(server);
        meta.tasks.spawn(outbox::run(Arc::clone(&meta)));
        Ok(Running {
            addr,
            meta,
            server: handle,
        })
    }
}

/// Reads the journal where it does not hold others up.
async fn prepare(config: SandboxConfig) -> Result<Arc<Meta>, SandboxError> {
    let made = tokio::task::spawn_blocking(move || Meta::new(config)).await;
    made.expect("reading the journal does not panic").map(Arc::new)
}

impl Running {
    /// The address that it serves.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops serving and sending; what was not acknowledged stays in the journal.
    pub async fn stop(self) {
        self.meta.stop.cancel();
        self.server.stop(true).await;
        self.meta.tasks.close();
        self.meta.tasks.wait().await;
        self.meta.leave_journal();
    }
}

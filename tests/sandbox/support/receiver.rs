//! A webhook endpoint that keeps what it got and answers what it is told to.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use actix_web::http::header::HeaderMap;
use actix_web::web::{self, Bytes, Data, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde_json::Value;

use super::VERIFY_TOKEN;

/// One notification.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    /// The body, read.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }
}

struct State {
    status: AtomicU16,
    received: Mutex<Vec<Received>>,
}

/// The endpoint.
pub(crate) struct Receiver {
    pub(crate) url: String,
    state: Arc<State>,
}

impl Receiver {
    /// Listens on a free port.
    pub(crate) fn start() -> Self {
        let state = Arc::new(State {
            status: AtomicU16::new(200),
            received: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/webhook", listener.local_addr().unwrap());
        let data = Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/webhook", web::get().to(verify))
                .route("/webhook", web::post().to(receive))
        });
        let server = server
            .workers(1)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run();
        tokio_util::task::TaskTracker::new().spawn(server);
        Self { url, state }
    }

    /// What it answers from now on.
    pub(crate) fn answer(&self, status: u16) {
        self.state.status.store(status, Ordering::SeqCst);
    }

    /// What came since this was last asked.
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.state.received.lock().unwrap())
    }
}

async fn verify(query: Query<Vec<(String, String)>>) -> HttpResponse {
    let said = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    if said("hub.verify_token").as_deref() == Some(VERIFY_TOKEN)
        && said("hub.mode").as_deref() == Some("subscribe")
    {
        return HttpResponse::Ok().body(said("hub.challenge").unwrap());
    }
    HttpResponse::Forbidden().finish()
}

async fn receive(state: Data<State>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let headers = request.headers().clone();
    state.received.lock().unwrap().push(Received { headers, body });
    HttpResponse::build(state.status.load(Ordering::SeqCst).try_into().unwrap()).finish()
}

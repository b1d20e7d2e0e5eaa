//! A server of pictures and films, which keeps who asked for them, and the smallest files that pass for one.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use actix_web::web::{self, Data, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};

/// What is answered for a name.
#[derive(Clone)]
enum File {
    Bytes(&'static str, Vec<u8>),
    Elsewhere(String),
    /// Nothing, ever.
    Never,
}

#[derive(Default)]
struct State {
    files: Mutex<HashMap<String, File>>,
    agents: Mutex<Vec<String>>,
}

/// The server.
pub(crate) struct Files {
    base: String,
    state: Arc<State>,
}

impl Files {
    /// Listens on a free port.
    pub(crate) fn start() -> Self {
        let state = Arc::new(State::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let data = Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/{name}", web::get().to(give))
        });
        let server = server
            .workers(1)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run();
        tokio_util::task::TaskTracker::new().spawn(server);
        Self { base, state }
    }

    /// Puts a file there, and tells its address.
    pub(crate) fn put(&self, name: &str, kind: &'static str, bytes: Vec<u8>) -> String {
        self.keep(name, File::Bytes(kind, bytes))
    }

    /// Puts a redirect there.
    pub(crate) fn redirect(&self, name: &str, to: &str) -> String {
        self.keep(name, File::Elsewhere(to.to_owned()))
    }

    /// Answers nothing there.
    pub(crate) fn silence(&self, name: &str) -> String {
        self.keep(name, File::Never)
    }

    /// An address at which there is nothing.
    pub(crate) fn missing(&self) -> String {
        format!("{}/missing", self.base)
    }

    /// As whom they came.
    pub(crate) fn agents(&self) -> Vec<String> {
        self.state.agents.lock().unwrap().clone()
    }

    fn keep(&self, name: &str, file: File) -> String {
        self.state.files.lock().unwrap().insert(name.to_owned(), file);
        format!("{}/{name}", self.base)
    }
}

async fn give(state: Data<State>, name: Path<String>, request: HttpRequest) -> HttpResponse {
    let agent = request.headers().get(USER_AGENT).unwrap().to_str().unwrap();
    state.agents.lock().unwrap().push(agent.to_owned());
    let file = state.files.lock().unwrap().get(name.as_str()).cloned();
    match file {
        Some(File::Bytes(kind, bytes)) => HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).body(bytes),
        Some(File::Elsewhere(to)) => HttpResponse::Found().insert_header((LOCATION, to)).finish(),
        Some(File::Never) => std::future::pending().await,
        None => HttpResponse::NotFound().finish(),
    }
}

/// The frame of a JPEG of this size.
pub(crate) fn picture(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8];
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([1, 1, 0x11, 0, 0xff, 0xd9]);
    bytes
}

/// The first boxes of an MP4 that lasts so long.
pub(crate) fn film(seconds: u32) -> Vec<u8> {
    let boxed = |kind: &[u8], inside: &[u8]| {
        let size = u32::try_from(8 + inside.len()).unwrap();
        [&size.to_be_bytes(), kind, inside].concat()
    };
    let mut header = vec![0; 12];
    header.extend(600_u32.to_be_bytes());
    header.extend((600 * seconds).to_be_bytes());
    let moov = boxed(b"moov", &boxed(b"mvhd", &header));
    [boxed(b"ftyp", b"isom"), moov, boxed(b"mdat", &[7; 64])].concat()
}

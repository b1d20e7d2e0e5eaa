//! The service that the browser looks at.

use std::net::TcpListener;

use belino::app::App;
use belino::clock::Clock;
use belino::config::{Config, Purpose, Settings};
use belino::http::ServeOptions;
use belino::lifecycle::Lifecycle;
use tempfile::TempDir;

/// The operator's key.
pub(crate) const OPERATOR: &str = "operator-key-of-the-browser";

/// A service on a database of its own.
pub(crate) struct Service {
    pub(crate) port: u16,
    parts: App,
    folder: TempDir,
}

impl Service {
    pub(crate) async fn start() -> Self {
        belino::net::install_crypto();
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        for (key, value) in [
            (
                "DATABASE_URL",
                format!("sqlite://{}", folder.path().join("belino.db").display()).as_str(),
            ),
            ("FACEBOOK_APP_SECRET", "app-secret-of-the-browser"),
            ("INSTAGRAM_VERIFY_TOKEN", "verify-token-of-the-browser"),
            ("BELINO_ADMIN_KEY", OPERATOR),
        ] {
            settings.set(key, value, "test");
        }
        let config = Config::of(settings, Purpose::Service).unwrap();
        let parts = App::build(&config, Clock::system(), Lifecycle::new())
            .await
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        parts.listen(&config, listener, &ServeOptions::default()).unwrap();
        Self { port, parts, folder }
    }

    pub(crate) async fn stop(self) {
        self.parts.lifecycle.stop();
        self.parts.store.close().await;
        self.folder.close().unwrap();
    }
}

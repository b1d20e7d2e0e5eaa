//! The login products that are configured, and where browsers may be sent.

use std::sync::Arc;

use url::{Origin, Url};

use crate::domain::Login;
use crate::graph::LoginApp;

/// What logging in needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Logins(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    apps: Vec<LoginApp>,
    public_url: Url,
    return_origins: Vec<Origin>,
}

impl Logins {
    /// Of the configured apps. Browsers are sent to `return_origins` and to the public URL's only.
    pub fn new(apps: Vec<LoginApp>, public_url: Url, return_origins: Vec<Origin>) -> Self {
        Self(Arc::new(Inner {
            apps,
            public_url,
            return_origins,
        }))
    }

    /// The app of a login product, if it is configured.
    pub fn app(&self, login: Login) -> Option<&LoginApp> {
        self.0.apps.iter().find(|app| app.login == login)
    }

    /// Where Meta's dialogs send the browser: to be registered with each app, to the letter.
    pub fn redirect_uri(&self) -> String {
        self.address(&["api", "instagram", "callback"]).into()
    }

    /// The page on which a person chooses among their accounts.
    pub fn session_page(&self, session: &str) -> Url {
        self.address(&["connect", session])
    }

    /// Whether a browser may be sent there.
    pub fn may_return_to(&self, to: &Url) -> bool {
        let origin = to.origin();
        origin.is_tuple() && (origin == self.0.public_url.origin() || self.0.return_origins.contains(&origin))
    }

    fn address(&self, segments: &[&str]) -> Url {
        let mut url = self.0.public_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

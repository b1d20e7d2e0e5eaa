//! A call as it came: host, version, path and parameters, wherever the caller put them.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::http::header;
use bytes::Bytes;
use url::form_urlencoded;

use crate::domain::Login;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::world::Id;

/// Versions that are alive and that Belino may speak (graph-oauth.md §0).
pub(crate) const VERSIONS: [&str; 5] = ["v22.0", "v23.0", "v24.0", "v25.0", "v26.0"];

/// Instagram's token endpoints: the only ones without a version.
const UNVERSIONED: [&str; 2] = ["refresh_access_token", "access_token"];

/// The only path of the host for codes.
const CODES: &str = "oauth/access_token";

/// The host for uploads, and what its paths begin with.
const UPLOADS: &str = "rupload.facebook.com";
const UPLOADS_BELOW: &str = "ig-api-upload/";

/// What a host answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Graph,
    /// `api.instagram.com`: codes only, and errors in a shape of their own.
    Codes,
    /// `rupload.facebook.com`: bytes of videos, and errors in a shape of their own.
    Uploads,
}

/// A call to Graph, or to the host beside it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) host: Host,
    pub(crate) login: Login,
    pub(crate) method: String,
    /// Behind host and version, as `/178…/comments`.
    pub(crate) path: String,
    pub(crate) params: HashMap<String, String>,
    /// What came to the host for uploads; elsewhere the parameters are all of it.
    pub(crate) body: Bytes,
    /// Address, host folder and version, for links.
    pub(crate) base: String,
    /// The path cannot be a Graph path.
    pub(crate) misplaced: bool,
}

impl Request {
    /// Reads a call; none when the path belongs to no host.
    pub(crate) fn read(http: &HttpRequest, body: Bytes) -> Option<Self> {
        let (host, rest) = http
            .path()
            .trim_start_matches('/')
            .split_once('/')
            .unwrap_or((http.path(), ""));
        let (host, login) = match host.trim_start_matches('/') {
            "graph.facebook.com" => (Host::Graph, Login::Facebook),
            "graph.instagram.com" => (Host::Graph, Login::Instagram),
            "api.instagram.com" => (Host::Codes, Login::Instagram),
            UPLOADS => (Host::Uploads, Login::Facebook),
            _ => return None,
        };
        let rest = rest.trim_end_matches('/');
        let rest = match host {
            Host::Uploads => rest.strip_prefix(UPLOADS_BELOW).unwrap_or(""),
            Host::Graph | Host::Codes => rest,
        };
        let (first, behind) = rest.split_once('/').unwrap_or((rest, ""));
        let versioned = host != Host::Codes && VERSIONS.contains(&first);
        let unversioned = match (host, login) {
            (Host::Codes, _) => rest == CODES,
            (Host::Graph, Login::Instagram) => UNVERSIONED.contains(&rest),
            (Host::Graph | Host::Uploads, _) => false,
        };
        let connection = http.connection_info();
        Some(Self {
            host,
            login,
            method: http.method().as_str().to_owned(),
            path: format!("/{}", if versioned { behind } else { rest }),
            params: match host {
                Host::Uploads => of_headers(http),
                Host::Graph | Host::Codes => params(http, &body),
            },
            body,
            base: format!(
                "{}://{}/graph.{login}.com/{first}",
                connection.scheme(),
                connection.host()
            ),
            misplaced: !versioned && !unversioned,
        })
    }

    /// Where the bytes of a container go.
    pub(crate) fn upload_address(&self, container: Id) -> String {
        let (host, version) = self.base.rsplit_once('/').unwrap_or((&self.base, ""));
        let address = host.trim_end_matches(&format!("/graph.{}.com", self.login));
        format!("{address}/{UPLOADS}/{UPLOADS_BELOW}{version}/{container}")
    }

    /// A parameter that is not empty.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A parameter that is true or false.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, GraphFault> {
        match self.param(name) {
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(GraphFault::bad_parameter(&format!(
                "Param {name} must be a boolean"
            ))),
        }
    }

    /// A parameter that the call cannot do without.
    pub(crate) fn required(&self, name: &str) -> Result<&str, GraphFault> {
        self.param(name)
            .ok_or_else(|| GraphFault::bad_parameter(&format!("The parameter {name} is required")))
    }

    /// The token's text.
    pub(crate) fn token(&self) -> Option<&str> {
        self.param("access_token")
    }

    /// Node and edge.
    pub(crate) fn parts(&self) -> (&str, Option<&str>) {
        let path = self.path.trim_start_matches('/');
        if self.host == Host::Uploads {
            return (path, Some("upload"));
        }
        path.split_once('/')
            .map_or((path, None), |(node, edge)| (node, Some(edge)))
    }
}

/// Query, then form or JSON body, then the header for the token: the later one wins.
fn params(http: &HttpRequest, body: &[u8]) -> HashMap<String, String> {
    let mut params: HashMap<String, String> = form_urlencoded::parse(http.query_string().as_bytes())
        .into_owned()
        .collect();
    let json = http
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if json {
        let members = serde_json::from_slice::<HashMap<String, serde_json::Value>>(body).unwrap_or_default();
        params.extend(members.into_iter().map(|(name, value)| match value {
            serde_json::Value::String(text) => (name, text),
            other => (name, other.to_string()),
        }));
    } else {
        params.extend(form_urlencoded::parse(body).into_owned());
    }
    params.extend(bearer(http));
    params
}

/// The host for uploads takes everything in headers.
fn of_headers(http: &HttpRequest) -> HashMap<String, String> {
    let said = |name: &&str| {
        let value = http.headers().get(*name)?.to_str().ok()?;
        Some(((*name).to_owned(), value.trim().to_owned()))
    };
    let mut params: HashMap<String, String> = ["offset", "file_size", "file_url"]
        .iter()
        .filter_map(said)
        .collect();
    params.extend(bearer(http));
    params
}

/// The token in the header for it.
fn bearer(http: &HttpRequest) -> Option<(String, String)> {
    let bearer = http
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())?;
    let (scheme, token) = bearer.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    known.then(|| ("access_token".to_owned(), token.trim().to_owned()))
}

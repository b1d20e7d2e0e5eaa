//! A call as it came: host, version, path and parameters, wherever the caller put them.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::http::header;
use url::form_urlencoded;

use crate::domain::Login;
use crate::sandbox::errors::GraphFault;

/// Versions that are alive and that Belino may speak (graph-oauth.md §0).
pub(crate) const VERSIONS: [&str; 5] = ["v22.0", "v23.0", "v24.0", "v25.0", "v26.0"];

/// Instagram's token endpoints: the only ones without a version.
const UNVERSIONED: [&str; 2] = ["refresh_access_token", "access_token"];

/// The only path of the host for codes.
const CODES: &str = "oauth/access_token";

/// What a host answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Graph,
    /// `api.instagram.com`: codes only, and errors in a shape of their own.
    Codes,
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
    /// Address, host folder and version, for links.
    pub(crate) base: String,
    /// The path cannot be a Graph path.
    pub(crate) misplaced: bool,
}

impl Request {
    /// Reads a call; none when the path belongs to no host.
    pub(crate) fn read(http: &HttpRequest, body: &[u8]) -> Option<Self> {
        let (host, rest) = http
            .path()
            .trim_start_matches('/')
            .split_once('/')
            .unwrap_or((http.path(), ""));
        let (host, login) = match host.trim_start_matches('/') {
            "graph.facebook.com" => (Host::Graph, Login::Facebook),
            "graph.instagram.com" => (Host::Graph, Login::Instagram),
            "api.instagram.com" => (Host::Codes, Login::Instagram),
            _ => return None,
        };
        let rest = rest.trim_end_matches('/');
        let (first, behind) = rest.split_once('/').unwrap_or((rest, ""));
        let versioned = host == Host::Graph && VERSIONS.contains(&first);
        let unversioned = match (host, login) {
            (Host::Codes, _) => rest == CODES,
            (Host::Graph, Login::Instagram) => UNVERSIONED.contains(&rest),
            (Host::Graph, Login::Facebook) => false,
        };
        let connection = http.connection_info();
        Some(Self {
            host,
            login,
            method: http.method().as_str().to_owned(),
            path: format!("/{}", if versioned { behind } else { rest }),
            params: params(http, body),
            base: format!(
                "{}://{}/graph.{login}.com/{first}",
                connection.scheme(),
                connection.host()
            ),
            misplaced: !versioned && !unversioned,
        })
    }

    /// A parameter that is not empty.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
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
    let bearer = http
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if let Some((scheme, token)) = bearer.and_then(|value| value.split_once(' '))
        && (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth"))
    {
        params.insert("access_token".to_owned(), token.trim().to_owned());
    }
    params
}

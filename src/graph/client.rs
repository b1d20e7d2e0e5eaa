//! The client: one `send`, through which every call goes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Method, RequestBuilder};
use serde::de::DeserializeOwned;
use sha2::Sha256;
use tokio_util::io::ReaderStream;
use tracing::Instrument;
use url::Url;

use super::exchange::{self, Fault};
use super::request::{Cargo, Request};
use super::{Access, Answer, Call, Film, GraphError, Usage};
use crate::clock::Clock;
use crate::domain::{AccessToken, AppSecret, CallId, Login};

/// Where Meta is, in which version, and with what a call is signed.
#[derive(Clone, Debug)]
pub struct GraphConfig {
    /// The host of Facebook Login.
    pub facebook_url: Url,
    /// The host of Instagram Login.
    pub instagram_url: Url,
    /// The version spoken to the former, as `v25.0`.
    pub facebook_version: String,
    /// The version spoken to the latter.
    pub instagram_version: String,
    /// Proves calls to the former.
    pub facebook_app_secret: Option<AppSecret>,
    /// Proves calls to the latter, if that is switched on.
    pub instagram_app_secret: Option<AppSecret>,
    /// Whether calls to the host of Instagram Login are proved: Meta does not document it there.
    pub instagram_proof: bool,
    /// How long a call may take, body included.
    pub timeout: Duration,
}

/// Speaks to the Graph API. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Graph(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: reqwest::Client,
    config: GraphConfig,
    clock: Clock,
}

impl Graph {
    /// A client that calls through `http`.
    pub fn new(http: reqwest::Client, config: GraphConfig, clock: Clock) -> Self {
        Self(Arc::new(Inner { http, config, clock }))
    }

    /// Makes a call. Good or failed, it has a record; nothing is repeated.
    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        access: &Access,
        request: Request<'_>,
    ) -> Result<Answer<T>, GraphError> {
        let mut call = self.begin(access, &request);
        let span = tracing::info_span!(
            "graph_call",
            call.id = %call.id,
            call.edge = call.edge,
            graph.host = access.login.as_str(),
            account.instagram_id = access.instagram_id,
        );
        // Measured against the machine's steady clock: the other one may be set while we wait.
        let begun = Instant::now();
        let outcome = self
            .exchange(access, request, &mut call)
            .instrument(span.clone())
            .await;
        call.duration = begun.elapsed();
        let _entered = span.enter();
        let outcome = match outcome {
            Ok(body) => Ok(Answer { body, call }),
            Err(fault) => Err(GraphError::new(fault, call, access)),
        };
        Call::of(&outcome).record();
        outcome
    }

    fn begin(&self, access: &Access, request: &Request<'_>) -> Call {
        let started_at = self.0.clock.now();
        Call {
            id: CallId::at(started_at),
            login: access.login,
            edge: request.name,
            method: method_word(&request.method),
            path: request.path(),
            status: None,
            started_at,
            duration: Duration::ZERO,
            usage: Usage::default(),
            class: None,
        }
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        access: &Access,
        request: Request<'_>,
        call: &mut Call,
    ) -> Result<T, Fault> {
        let response = self
            .prepare(access, request)
            .send()
            .await
            .map_err(exchange::transport)?;
        let status = response.status();
        call.status = Some(status.as_u16());
        call.usage = Usage::read(response.headers());
        exchange::value(status, &exchange::body(response).await?)
    }

    /// Where Facebook Login's host is.
    pub(super) fn facebook_url(&self) -> &Url {
        &self.0.config.facebook_url
    }

    fn prepare(&self, access: &Access, request: Request<'_>) -> RequestBuilder {
        let config = &self.0.config;
        let (base, version, secret) = match access.login {
            Login::Facebook => (
                &config.facebook_url,
                &config.facebook_version,
                config.facebook_app_secret.as_ref(),
            ),
            Login::Instagram => {
                let secret = config
                    .instagram_app_secret
                    .as_ref()
                    .filter(|_| config.instagram_proof);
                (&config.instagram_url, &config.instagram_version, secret)
            }
        };
        let mut url = request.address(base, version);
        let secret = secret.filter(|_| !request.carries_its_right);
        if let Some(secret) = secret {
            url.query_pairs_mut()
                .append_pair("appsecret_proof", &proof(secret, &access.token));
        }
        let mut builder = self.0.http.request(request.method.clone(), url);
        if !request.carries_its_right {
            builder = builder.bearer_auth(access.token.expose());
        }
        let patience = request.patience.unwrap_or(config.timeout);
        if let Some(Cargo(film)) = request.cargo {
            builder = loaded(builder, access, film);
        } else if request.method == Method::POST {
            builder = builder.form(&request.parameters);
        }
        builder.timeout(patience)
    }
}

/// A method's name for the record of a call.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        _ => "GET",
    }
}

/// A film goes as it is, and its headers tell by whom, from where on, and how long it is (graph-publishing.md §4).
fn loaded(builder: RequestBuilder, access: &Access, film: Film) -> RequestBuilder {
    let right = HeaderValue::from_str(&format!("OAuth {}", access.token.expose()));
    let builder = match right {
        Ok(mut right) => {
            right.set_sensitive(true);
            builder.header(AUTHORIZATION, right)
        }
        // No token has such letters; without one Meta refuses.
        Err(_) => builder,
    };
    builder
        .header("offset", film.offset)
        .header("file_size", film.bytes)
        .header(CONTENT_LENGTH, film.bytes.saturating_sub(film.offset))
        .header(CONTENT_TYPE, "application/octet-stream")
        .body(Body::wrap_stream(ReaderStream::new(film.file)))
}

/// Shows that the caller knows the app's secret (graph-oauth.md §1.8).
fn proof(secret: &AppSecret, token: &AccessToken) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(token.expose().as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

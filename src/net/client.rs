//! The one client builder.

use std::time::Duration;

use reqwest::{Client, NoProxy, Proxy, redirect, retry};
use url::Url;

/// How the service's client behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long a whole exchange may take, body included; a request may ask for less.
    pub timeout: Duration,
    /// How long an unused connection is kept.
    pub idle_timeout: Duration,
    /// Unused connections kept to each host.
    pub idle_per_host: usize,
    /// The proxy that leads outside; loopback never goes through it. The environment is not asked.
    pub proxy: Option<Url>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_mins(1),
            idle_per_host: 16,
            proxy: None,
        }
    }
}

/// The client could not be built: TLS roots or the proxy are unusable.
#[derive(Debug, thiserror::Error)]
#[error("could not build the HTTP client")]
pub struct NetError(#[from] reqwest::Error);

/// Makes ring the process's crypto provider; doing so again changes nothing.
pub fn install_crypto() {
    rustls::crypto::ring::default_provider().install_default().ok();
}

/// Builds a client that never redirects and never repeats a call by itself: the caller decides.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the service's clients come from"
)]
pub fn client(settings: &Settings) -> Result<Client, NetError> {
    install_crypto();
    let builder = Client::builder()
        .user_agent(concat!("belino/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.timeout)
        .pool_idle_timeout(settings.idle_timeout)
        .pool_max_idle_per_host(settings.idle_per_host)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy();
    let builder = match &settings.proxy {
        Some(proxy) => builder.proxy(Proxy::all(proxy.clone())?.no_proxy(loopback())),
        None => builder,
    };
    Ok(builder.build()?)
}

fn loopback() -> Option<NoProxy> {
    NoProxy::from_string("localhost,127.0.0.0/8,::1")
}

#[cfg(test)]
mod tests {
    use wiremock::matchers::{header, method};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    #[tokio::test]
    async fn a_client_names_itself_and_reaches_loopback_past_the_proxy() {
        let server = MockServer::start().await;
        let name = concat!("belino/", env!("CARGO_PKG_VERSION"));
        Mock::given(method("GET"))
            .and(header("user-agent", name))
            .respond_with(ResponseTemplate::new(204))
            .mount(&server)
            .await;
        let proxy = Some("http://proxy.invalid:1".parse().unwrap());
        let client = client(&Settings {
            proxy,
            ..Settings::default()
        })
        .unwrap();
        assert_eq!(client.get(server.uri()).send().await.unwrap().status(), 204);
    }
}

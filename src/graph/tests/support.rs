//! A stub of both hosts, and a client that speaks to it.

use std::time::Duration;

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::super::{Access, Graph, GraphConfig};
use crate::clock::Clock;
use crate::domain::{AccessToken, AppSecret, Login, Timestamp};
use crate::net;

pub(super) const TOKEN: &str = "EAAtokenOfHarbourBakery";
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(super) struct Stub {
    pub(super) server: MockServer,
}

impl Stub {
    /// A server that gives every call the same answer.
    pub(super) async fn answering(answer: ResponseTemplate) -> Self {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        Self { server }
    }

    /// A server that gives every call this JSON.
    pub(super) async fn json(status: u16, body: &str) -> Self {
        Self::answering(ResponseTemplate::new(status).set_body_raw(body, "application/json")).await
    }

    pub(super) fn config(&self) -> GraphConfig {
        let url = |host: &str| format!("{}/{host}", self.server.uri()).parse().unwrap();
        GraphConfig {
            facebook_url: url("fb"),
            instagram_url: url("ig"),
            facebook_version: "v25.0".to_owned(),
            instagram_version: "v26.0".to_owned(),
            facebook_app_secret: None,
            instagram_app_secret: None,
            instagram_proof: false,
            timeout: Duration::from_secs(10),
        }
    }

    pub(super) fn graph(&self) -> Graph {
        graph(self.config())
    }

    /// The only call that came.
    pub(super) async fn request(&self) -> Request {
        let mut requests = self.server.received_requests().await.unwrap();
        assert_eq!(requests.len(), 1, "exactly one call");
        requests.remove(0)
    }

    /// A parameter of the only call that came.
    pub(super) async fn parameter(&self, name: &str) -> Option<String> {
        let request = self.request().await;
        request
            .url
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

pub(super) fn graph(config: GraphConfig) -> Graph {
    Graph::new(
        net::client(&net::Settings::default()).unwrap(),
        config,
        Clock::manual(NOW),
    )
}

pub(super) fn secret() -> AppSecret {
    AppSecret::new("shh")
}

pub(super) fn access(login: Login) -> Access {
    Access {
        login,
        token: AccessToken::new(TOKEN),
        instagram_id: "17841400000000001".to_owned(),
        page_id: None,
        user_id: None,
    }
}

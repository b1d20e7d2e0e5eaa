//! Tokens given: for a code, for a shorter token, for an older one.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::LoginApp;
use crate::domain::{AccessToken, Login};
use crate::graph::account::Flat;
use crate::graph::request::Request;
use crate::graph::{Access, Answer, Graph, GraphError, lenient};

/// A token as Meta gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct TokenGrant {
    /// The token.
    #[serde(rename = "access_token", deserialize_with = "token")]
    pub token: AccessToken,
    /// How long it lives; none where Meta does not say, as of tokens without end.
    #[serde(rename = "expires_in", default, deserialize_with = "lifetime")]
    pub lives: Option<Duration>,
    /// Whom it speaks for, on the Instagram host: the app-scoped id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub user_id: Option<String>,
    /// What was permitted, where Meta says so: on the Instagram host.
    #[serde(rename = "permissions", default, deserialize_with = "words")]
    pub scopes: Vec<String>,
}

fn token<'de, D: Deserializer<'de>>(from: D) -> Result<AccessToken, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Err(serde::de::Error::custom("the token is empty"));
    }
    Ok(AccessToken::new(text))
}

/// Zero means without end (graph-oauth.md §1.1).
fn lifetime<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let seconds = lenient::count(from)?.and_then(|seconds| u64::try_from(seconds).ok());
    Ok(seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs))
}

/// A list, or a text with commas (graph-oauth.md §2.2).
fn words<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let of = |text: &str| {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        words.map(ToOwned::to_owned).collect()
    };
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::String(text) => of(&text),
        serde_json::Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().map(ToOwned::to_owned))
            .collect(),
        _ => Vec::new(),
    })
}

impl Graph {
    /// Exchanges a dialog's code for a token that lives an hour or two. A code works once; `redirect_uri` must be the one
    /// that the dialog was opened with.
    pub async fn exchange_code(
        &self,
        app: &LoginApp,
        code: &str,
        redirect_uri: &str,
    ) -> Result<Answer<TokenGrant>, GraphError> {
        let request = Request::form_to("oauth", &app.token_url)
            .with("client_id", &app.id)
            .with("client_secret", app.secret.expose())
            .with("grant_type", "authorization_code")
            .with("redirect_uri", redirect_uri)
            .with("code", code);
        let secret = AccessToken::new(app.secret.expose());
        self.granted(&app.access_by(&secret), request).await
    }

    /// Exchanges a token that still works for one of about 60 days (graph-oauth.md §1.3, §2.3). For Facebook Login also
    /// the way to a later end; whether Meta gives one is not certain.
    pub async fn lengthen(
        &self,
        app: &LoginApp,
        token: &AccessToken,
    ) -> Result<Answer<TokenGrant>, GraphError> {
        let access = app.access_by(token);
        let request = match app.login {
            Login::Facebook => Request::form_to("oauth", &app.token_url)
                .with("grant_type", "fb_exchange_token")
                .with("client_id", &app.id)
                .with("client_secret", app.secret.expose())
                .with("fb_exchange_token", token.expose()),
            Login::Instagram => Request::token_endpoint("access_token")
                .with("grant_type", "ig_exchange_token")
                .with("client_secret", app.secret.expose())
                .with("access_token", token.expose()),
        };
        self.granted(&access, request).await
    }

    /// Renews a long-lived token of Instagram Login, which is at least 24 hours old and has not ended (graph-oauth.md §2.4).
    pub async fn refresh(&self, access: &Access) -> Result<Answer<TokenGrant>, GraphError> {
        let request = Request::token_endpoint("refresh_access_token")
            .with("grant_type", "ig_refresh_token")
            .with("access_token", access.token.expose());
        self.granted(access, request).await
    }

    async fn granted(&self, access: &Access, request: Request<'_>) -> Result<Answer<TokenGrant>, GraphError> {
        let answer = self.send::<Flat<TokenGrant>>(access, request).await?;
        Ok(answer.map(|flat| flat.0))
    }
}

//! What the Facebook app listens to and where it is told (meta-webhooks.md §6), asked and set by the app itself.

use reqwest::Method;
use serde::{Deserialize, Deserializer};

use super::LoginApp;
use super::inspection::Success;
use crate::graph::page::Edge;
use crate::graph::request::Request;
use crate::graph::{Answer, Graph, GraphError, lenient};

const EDGE: &str = "subscriptions";

/// An app's subscription to one kind of object. Each kind has one address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AppSubscription {
    /// The kind, as `instagram`.
    #[serde(deserialize_with = "lenient::id")]
    pub object: String,
    /// Where its webhooks go.
    #[serde(default, deserialize_with = "lenient::text")]
    pub callback_url: Option<String>,
    /// Whether they are sent.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub active: Option<bool>,
    /// Of what they tell.
    #[serde(default, deserialize_with = "names")]
    pub fields: Vec<String>,
}

/// Objects with a name and a version, or the names alone.
fn names<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let fields = Vec::<serde_json::Value>::deserialize(from)?;
    let name = |field: &serde_json::Value| {
        let name = field.get("name").unwrap_or(field).as_str()?;
        Some(name.to_owned())
    };
    Ok(fields.iter().filter_map(name).collect())
}

impl Graph {
    /// What the app is subscribed to; by its own token.
    pub async fn app_subscriptions(
        &self,
        app: &LoginApp,
    ) -> Result<Answer<Vec<AppSubscription>>, GraphError> {
        let request = Request::edge(&app.id, EDGE);
        let answer = self.send::<Edge<AppSubscription>>(&app.access(), request).await?;
        Ok(answer.map(|edge| edge.alone(None).data))
    }

    /// Subscribes the app to these fields of a kind of object, and to no others of it. Meta asks the address for the
    /// challenge first; one unknown name, and nothing changes.
    pub async fn subscribe_app(
        &self,
        app: &LoginApp,
        (object, callback_url): (&str, &str),
        verify_token: &str,
        fields: &[&str],
    ) -> Result<Answer<()>, GraphError> {
        let fields = fields.join(",");
        let request = Request::edge(&app.id, EDGE)
            .named("subscribe_app")
            .by(Method::POST)
            .with("object", object)
            .with("callback_url", callback_url)
            .with("verify_token", verify_token)
            .with("fields", &fields)
            .with("include_values", "true");
        Ok(self.send::<Success>(&app.access(), request).await?.map(drop))
    }
}

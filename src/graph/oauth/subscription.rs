//! Whether an account's webhooks reach the app (meta-webhooks.md §6).
//!
//! Instagram Login subscribes the account to the fields that are wanted. Facebook Login subscribes the Page by the
//! Page's token, to any of a Page's fields: which of Instagram's come is decided once for the app.

use reqwest::Method;
use serde::Deserialize;

use super::inspection::Success;
use crate::domain::Login;
use crate::graph::page::Edge;
use crate::graph::request::Request;
use crate::graph::{Access, Answer, Graph, GraphError};

const EDGE: &str = "subscribed_apps";

#[derive(Deserialize)]
struct Subscribed {
    #[serde(default)]
    subscribed_fields: Vec<String>,
}

/// Whose webhooks are meant.
fn subject(access: &Access) -> &str {
    match access.login {
        Login::Instagram => &access.instagram_id,
        Login::Facebook => access.page_id.as_deref().unwrap_or("me"),
    }
}

impl Graph {
    /// The fields that the account, or its Page, is subscribed to; none: no webhooks come.
    pub async fn subscribed_fields(&self, access: &Access) -> Result<Answer<Vec<String>>, GraphError> {
        let request = Request::edge(subject(access), EDGE);
        let answer = self.send::<Edge<Subscribed>>(access, request).await?;
        let fields = |edge: Edge<Subscribed>| {
            let apps = edge.alone(None).data.into_iter();
            apps.flat_map(|app| app.subscribed_fields).collect()
        };
        Ok(answer.map(fields))
    }

    /// Subscribes to these fields and to no others. One unknown name and nothing changes.
    pub async fn subscribe(&self, access: &Access, fields: &[&str]) -> Result<Answer<()>, GraphError> {
        let fields = fields.join(",");
        let request = Request::edge(subject(access), EDGE)
            .named("subscribe")
            .by(Method::POST)
            .with("subscribed_fields", &fields);
        Ok(self.send::<Success>(access, request).await?.map(drop))
    }

    /// Ends the subscription.
    pub async fn unsubscribe(&self, access: &Access) -> Result<Answer<()>, GraphError> {
        let request = Request::edge(subject(access), EDGE)
            .named("unsubscribe")
            .by(Method::DELETE);
        Ok(self.send::<Success>(access, request).await?.map(drop))
    }
}

//! What a token is good for, asked by its app (graph-oauth.md §1.6); and taking an app's rights back (§1.7).

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::LoginApp;
use crate::domain::{AccessToken, Timestamp};
use crate::graph::request::Request;
use crate::graph::{Access, Answer, Graph, GraphError, lenient};

/// A token as its app sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Inspection {
    /// Whether it works now.
    #[serde(default)]
    pub is_valid: bool,
    /// Whom it speaks for.
    #[serde(default, deserialize_with = "lenient::text")]
    pub user_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::count")]
    expires_at: Option<i64>,
    #[serde(default, deserialize_with = "lenient::count")]
    data_access_expires_at: Option<i64>,
    /// Granted permissions.
    #[serde(default)]
    pub scopes: Vec<String>,
    #[serde(rename = "granular_scopes", default, deserialize_with = "targets")]
    targets: BTreeMap<String, BTreeSet<String>>,
}

/// By permission, the ids that it holds for; one that holds for all names none.
fn targets<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, BTreeSet<String>>, D::Error> {
    let id = |id: &Value| match id {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let read = |granted: &Value| {
        let scope = granted.get("scope")?.as_str()?.to_owned();
        let ids = granted.get("target_ids")?.as_array()?.iter();
        Some((scope, ids.filter_map(id).collect()))
    };
    let all = Value::deserialize(from)?;
    Ok(all.as_array().into_iter().flatten().filter_map(read).collect())
}

impl Inspection {
    /// When it ends; none: it has no date.
    pub fn ends(&self) -> Option<Timestamp> {
        date(self.expires_at)
    }

    /// What a permission holds for; none: for everything, also what is to come.
    pub fn targets(&self, scope: &str) -> Option<&BTreeSet<String>> {
        self.targets.get(scope)
    }

    /// When it stops reading, though it goes on being valid: 90 days after the person was last active.
    pub fn data_access_ends(&self) -> Option<Timestamp> {
        date(self.data_access_expires_at)
    }
}

fn date(seconds: Option<i64>) -> Option<Timestamp> {
    seconds
        .filter(|seconds| *seconds > 0)
        .map(Timestamp::from_seconds)
}

#[derive(Deserialize)]
struct Data {
    data: Inspection,
}

impl Graph {
    /// Describes a token of Facebook Login to its app.
    pub async fn inspect(
        &self,
        app: &LoginApp,
        token: &AccessToken,
    ) -> Result<Answer<Inspection>, GraphError> {
        let request = Request::node("debug_token", "debug_token").with("input_token", token.expose());
        let answer = self.send::<Data>(&app.access(), request).await?;
        Ok(answer.map(|inner| inner.data))
    }

    /// Takes back everything that a person has granted the app through Facebook Login: all their tokens end. Meta answers
    /// a bare `true` or an object; a good status is enough.
    pub async fn revoke(&self, access: &Access) -> Result<Answer<()>, GraphError> {
        let request = Request::edge("me", "permissions")
            .named("revoke")
            .by(Method::DELETE);
        let answer = self.send::<Success>(access, request).await?;
        Ok(answer.map(drop))
    }
}

/// `{"success":true}`.
#[derive(Deserialize)]
pub(super) struct Success {}

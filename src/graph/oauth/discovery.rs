//! Which Pages a person manages, and the professional accounts linked to them (graph-oauth.md §1.4).

use serde::Deserialize;

use crate::domain::AccessToken;
use crate::graph::page::Edge;
use crate::graph::request::Request;
use crate::graph::{Access, Answer, Graph, GraphError, Page, lenient};

const FIELDS: &str =
    "id,name,access_token,tasks,instagram_business_account{id,username,name,profile_picture_url}";
pub(super) const AT_ONCE: &str = "100";

/// A Page that a person manages and has ticked in the dialog.
#[derive(Clone, Debug, Deserialize)]
pub struct ManagedPage {
    /// The Page's id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The Page's own token.
    #[serde(default, deserialize_with = "lenient::text")]
    access_token: Option<String>,
    /// What the person may do on the Page, as `MANAGE`.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// The professional account that is linked to it.
    #[serde(
        rename = "instagram_business_account",
        default,
        deserialize_with = "lenient::object"
    )]
    pub account: Option<LinkedAccount>,
}

/// A professional account linked to a Page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LinkedAccount {
    /// The professional account's id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// Its user name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub username: Option<String>,
    /// The name shown.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Where the picture is, for some days.
    #[serde(default, deserialize_with = "lenient::text")]
    pub profile_picture_url: Option<String>,
}

impl ManagedPage {
    /// The Page's own token, where the person may have it.
    pub fn token(&self) -> Option<AccessToken> {
        self.access_token.as_deref().map(AccessToken::new)
    }
}

impl Graph {
    /// One page of the Pages that a person manages; by the person's token.
    pub async fn managed_pages(
        &self,
        access: &Access,
        after: Option<&str>,
    ) -> Result<Answer<Page<ManagedPage>>, GraphError> {
        let request = Request::edge("me", "accounts")
            .with("fields", FIELDS)
            .with("limit", AT_ONCE)
            .with_some("after", after);
        let answer = self.send::<Edge<ManagedPage>>(access, request).await?;
        Ok(answer.map(|edge| edge.alone(after)))
    }
}

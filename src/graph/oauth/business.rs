//! Pages that a person reaches through a business portfolio, which may be missing among their own (graph-oauth.md §1.4).

use serde::Deserialize;

use super::ManagedPage;
use super::discovery::AT_ONCE;
use crate::graph::page::Edge;
use crate::graph::request::Request;
use crate::graph::{Access, Answer, Graph, GraphError, Page, lenient};

/// The same as of a person's own Pages, but for the tasks: these edges are not documented to tell them.
const FIELDS: &str = "id,name,access_token,instagram_business_account{id,username,name,profile_picture_url}";

/// A business portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Business {
    /// Its id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
}

/// Whose a business's Pages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// Its own.
    Owned,
    /// Those of businesses that it works for.
    Client,
}

impl Ownership {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Owned, Self::Client];

    const fn edge(self) -> &'static str {
        match self {
            Self::Owned => "owned_pages",
            Self::Client => "client_pages",
        }
    }
}

impl Graph {
    /// The first of the portfolios that a person belongs to; by the person's token, with `business_management`.
    pub async fn businesses(&self, access: &Access) -> Result<Answer<Vec<Business>>, GraphError> {
        let request = Request::edge("me", "businesses")
            .with("fields", "id")
            .with("limit", AT_ONCE);
        let answer = self.send::<Edge<Business>>(access, request).await?;
        Ok(answer.map(|edge| edge.alone(None).data))
    }

    /// One page of a portfolio's Pages.
    pub async fn business_pages(
        &self,
        access: &Access,
        business: &str,
        ownership: Ownership,
        after: Option<&str>,
    ) -> Result<Answer<Page<ManagedPage>>, GraphError> {
        let request = Request::edge(business, ownership.edge())
            .with("fields", FIELDS)
            .with("limit", AT_ONCE)
            .with_some("after", after);
        let answer = self.send::<Edge<ManagedPage>>(access, request).await?;
        Ok(answer.map(|edge| edge.alone(after)))
    }
}

//! Publishing (graph-publishing.md): containers, what becomes of them, and what followers then see.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use url::Url;

use super::oauth::Success;
use super::page::Edge;
use super::request::Request;
use super::{Access, Answer, Graph, GraphError, lenient};
use crate::domain::Timestamp;

/// How long telling Meta to publish may take: a call that is given up leaves nobody knowing what came of it.
pub const PUBLISH_PATIENCE: Duration = Duration::from_secs(30);

const PUBLISHED_FIELDS: &str = "id,caption,timestamp,media_type,media_product_type,permalink";
/// Meta's own count of the day: the default fields leave the total out.
const LIMIT_FIELDS: &str = "quota_usage,config";

/// A container's state (graph-publishing.md §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerState {
    /// Meta is at it, or says something that Belino does not know.
    InProgress,
    /// It can be published.
    Finished,
    /// It was published.
    Published,
    /// It can never be published, for this reason.
    Failed(String),
    /// It is more than a day old.
    Expired,
}

#[derive(Deserialize)]
struct Container {
    #[serde(default, deserialize_with = "lenient::text")]
    status_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    status: Option<String>,
}

impl From<Container> for ContainerState {
    /// A sentence about an error may come without the code for it.
    fn from(container: Container) -> Self {
        let status = container.status.unwrap_or_default();
        match container.status_code.as_deref().unwrap_or_default() {
            "FINISHED" => Self::Finished,
            "PUBLISHED" => Self::Published,
            "EXPIRED" => Self::Expired,
            "ERROR" => Self::Failed(status),
            _ if status
                .get(..5)
                .is_some_and(|head| head.eq_ignore_ascii_case("error")) =>
            {
                Self::Failed(status)
            }
            _ => Self::InProgress,
        }
    }
}

/// How many posts an account may publish in a moving day (graph-publishing.md §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishingLimit {
    /// Published in the last day.
    pub used: i64,
    /// How many may be; none if Meta did not tell.
    pub total: Option<i64>,
}

#[derive(Deserialize)]
struct Limit {
    #[serde(default, deserialize_with = "lenient::count")]
    quota_usage: Option<i64>,
    #[serde(default, deserialize_with = "lenient::object")]
    config: Option<LimitConfig>,
}

#[derive(Deserialize)]
struct LimitConfig {
    #[serde(default, deserialize_with = "lenient::count")]
    quota_total: Option<i64>,
}

/// A post that followers see.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PublishedMedia {
    /// Its id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// Its caption.
    #[serde(default, deserialize_with = "lenient::text")]
    pub caption: Option<String>,
    /// When it was published.
    #[serde(default, deserialize_with = "lenient::time")]
    pub timestamp: Option<Timestamp>,
    /// `IMAGE`, `VIDEO`, `CAROUSEL_ALBUM`; an open set.
    #[serde(default, deserialize_with = "lenient::text")]
    pub media_type: Option<String>,
    /// `FEED`, `REELS`, `STORY`; an open set.
    #[serde(default, deserialize_with = "lenient::text")]
    pub media_product_type: Option<String>,
    /// Its page on Instagram.
    #[serde(default, deserialize_with = "lenient::text")]
    pub permalink: Option<String>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    uri: Option<String>,
}

/// A container that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeContainer {
    /// Its id.
    pub id: String,
    /// Where its film is to be brought, if that was asked for and the token may go there.
    pub upload_to: Option<Url>,
}

impl Graph {
    /// Makes a container; nobody sees it until it is published.
    pub async fn create_container(
        &self,
        access: &Access,
        parameters: &[(&'static str, String)],
    ) -> Result<Answer<MadeContainer>, GraphError> {
        let mut request = Request::edge(&access.instagram_id, "media")
            .named("create_container")
            .by(Method::POST);
        for (name, value) in parameters {
            request = request.with(name, value);
        }
        Ok(self.send::<Made>(access, request).await?.map(|made| {
            let address = made.uri.and_then(|uri| uri.parse().ok());
            MadeContainer {
                id: made.id,
                upload_to: address.filter(|address| self.may_be_brought_to(address)),
            }
        }))
    }

    /// Reads how far a container is.
    pub async fn container(&self, access: &Access, id: &str) -> Result<Answer<ContainerState>, GraphError> {
        let request = Request::node("container", id).with("fields", "id,status_code,status");
        Ok(self.send::<Container>(access, request).await?.map(Into::into))
    }

    /// Publishes a container: from then on followers see it. Gives the media's id. Never to be repeated before it is
    /// known what came of it.
    pub async fn publish(&self, access: &Access, container: &str) -> Result<Answer<String>, GraphError> {
        let request = Request::edge(&access.instagram_id, "media_publish")
            .by(Method::POST)
            .with("creation_id", container)
            .within(PUBLISH_PATIENCE);
        Ok(self.send::<Made>(access, request).await?.map(|made| made.id))
    }

    /// Reads how much of its quota of the day an account has used.
    pub async fn publishing_limit(&self, access: &Access) -> Result<Answer<PublishingLimit>, GraphError> {
        let request =
            Request::edge(&access.instagram_id, "content_publishing_limit").with("fields", LIMIT_FIELDS);
        let answer = self.send::<Edge<Limit>>(access, request).await?;
        Ok(answer.map(|edge| {
            let limit = edge.alone(None).data.into_iter().next();
            PublishingLimit {
                used: limit.as_ref().and_then(|limit| limit.quota_usage).unwrap_or(0),
                total: limit.and_then(|limit| limit.config?.quota_total),
            }
        }))
    }

    /// Reads the latest posts that followers see: those of the feed, or the stories of the day.
    pub async fn latest(
        &self,
        access: &Access,
        stories: bool,
        limit: &str,
    ) -> Result<Answer<Vec<PublishedMedia>>, GraphError> {
        let edge = if stories { "stories" } else { "media" };
        let request = Request::edge(&access.instagram_id, edge)
            .named("latest")
            .with("fields", PUBLISHED_FIELDS)
            .with("limit", limit);
        let answer = self.send::<Edge<PublishedMedia>>(access, request).await?;
        Ok(answer.map(|edge| edge.alone(None).data))
    }

    /// Says whether people may comment on a media.
    pub async fn allow_comments(
        &self,
        access: &Access,
        media: &str,
        allowed: bool,
    ) -> Result<Answer<()>, GraphError> {
        let request = Request::node("allow_comments", media)
            .by(Method::POST)
            .with("comment_enabled", if allowed { "true" } else { "false" });
        Ok(self.send::<Success>(access, request).await?.map(drop))
    }

    /// Comments on a media as the account. Gives the comment's id.
    pub async fn comment_on(
        &self,
        access: &Access,
        media: &str,
        message: &str,
    ) -> Result<Answer<String>, GraphError> {
        let request = Request::edge(media, "comments")
            .named("comment_on")
            .by(Method::POST)
            .with("message", message)
            .within(PUBLISH_PATIENCE);
        Ok(self.send::<Made>(access, request).await?.map(|made| made.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(json: &str) -> ContainerState {
        serde_json::from_str::<Container>(json).unwrap().into()
    }

    #[test]
    fn an_error_is_known_by_its_code_or_its_sentence() {
        let failed = |text: &str| ContainerState::Failed(text.to_owned());
        assert_eq!(
            state(r#"{"status_code":"ERROR","status":"Error: 2207082"}"#),
            failed("Error: 2207082")
        );
        assert_eq!(
            state(r#"{"status_code":"","status":"Error: no download"}"#),
            failed("Error: no download")
        );
        assert_eq!(
            state(r#"{"status":"In Progress: 1"}"#),
            ContainerState::InProgress
        );
        assert_eq!(
            state(r#"{"status_code":"BREWING","status":"Err"}"#),
            ContainerState::InProgress
        );
        assert_eq!(state(r#"{"status_code":"FINISHED"}"#), ContainerState::Finished);
        assert_eq!(state("{}"), ContainerState::InProgress);
    }
}

//! Comments: one by id, and the replies to one (graph-comments-and-messages.md §1).

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::value::RawValue;

use super::page::Edge;
use super::request::Request;
use super::{Access, Answer, Graph, GraphError, Media, Page, lenient};
use crate::domain::Timestamp;

macro_rules! comment_fields {
    () => {
        "id,text,timestamp,username,from{id,username},like_count,hidden,parent_id"
    };
}
pub(super) use comment_fields;

/// What a page of comments is asked for; the media is known there.
pub(super) const COMMENT_FIELDS: &str = comment_fields!();

/// What a single comment is asked for: its media comes along, so that it costs no second call.
const SINGLE_COMMENT_FIELDS: &str = concat!(comment_fields!(), ",media{", super::media::media_fields!(), "}");

/// The most that one page holds (`facts::COMMENTS_PER_PAGE`), as a parameter.
pub(super) const PAGE_LIMIT: &str = "50";

/// A comment as Graph tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self")]
pub struct Comment {
    /// Its id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// Its text.
    #[serde(default, deserialize_with = "lenient::text")]
    pub text: Option<String>,
    /// The author's user name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub username: Option<String>,
    /// The author.
    #[serde(default, deserialize_with = "lenient::object")]
    pub from: Option<Author>,
    /// When it was written.
    #[serde(default, deserialize_with = "lenient::time")]
    pub timestamp: Option<Timestamp>,
    /// How many like it.
    #[serde(default, deserialize_with = "lenient::count")]
    pub like_count: Option<i64>,
    /// Whether it is hidden.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub hidden: Option<bool>,
    /// The comment that it replies to.
    #[serde(default, deserialize_with = "lenient::text")]
    pub parent_id: Option<String>,
    /// The media that it stands under.
    #[serde(default, deserialize_with = "lenient::object")]
    pub media: Option<Media>,
    /// Its replies, where they were asked for.
    #[serde(default, deserialize_with = "replies")]
    pub replies: Option<Page<Comment>>,
    /// The JSON as it came, without the replies: each of them has its own.
    #[serde(skip)]
    pub raw: String,
}

/// Who wrote a comment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Author {
    /// The Instagram-scoped id, the one that messaging uses.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// The user name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub username: Option<String>,
    /// The account's own id in that scope.
    #[serde(default, deserialize_with = "lenient::text")]
    pub self_ig_scoped_id: Option<String>,
}

/// The derived reader is an inherent function (`remote = "Self"`): this one calls it and keeps the JSON.
impl<'de> Deserialize<'de> for Comment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(from)?;
        let mut json = serde_json::Deserializer::from_str(raw.get());
        let mut comment = Self::deserialize(&mut json).map_err(D::Error::custom)?;
        comment.raw = lenient::without(raw, "replies");
        Ok(comment)
    }
}

fn replies<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Page<Comment>>, D::Error> {
    Ok(lenient::object(from)?.map(Edge::expanded))
}

impl Graph {
    /// Reads one comment with its media.
    pub async fn comment(&self, access: &Access, id: &str) -> Result<Answer<Comment>, GraphError> {
        self.send(
            access,
            Request::node("comment", id).with("fields", SINGLE_COMMENT_FIELDS),
        )
        .await
    }

    /// Reads a page of the replies to a comment.
    pub async fn replies_page(
        &self,
        access: &Access,
        parent_id: &str,
        after: Option<&str>,
    ) -> Result<Answer<Page<Comment>>, GraphError> {
        let request = Request::edge(parent_id, "replies")
            .with("fields", COMMENT_FIELDS)
            .with("limit", PAGE_LIMIT)
            .with_some("after", after);
        Ok(self
            .send::<Edge<Comment>>(access, request)
            .await?
            .map(|edge| edge.alone(after)))
    }
}

//! Media: one by id, alone or with its first page of comments, and its further pages.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::value::RawValue;

use super::comment::{COMMENT_FIELDS, PAGE_LIMIT, comment_fields};
use super::page::Edge;
use super::request::Request;
use super::{Access, Answer, Comment, Graph, GraphError, Page, lenient};
use crate::domain::Timestamp;

macro_rules! media_fields {
    () => {
        "id,media_type,media_product_type,caption,permalink,timestamp,like_count,comments_count,username,\
         media_url,thumbnail_url"
    };
}
pub(super) use media_fields;

macro_rules! replies_field {
    () => {
        concat!(",replies.limit(50){", comment_fields!(), "}")
    };
}

const MEDIA_FIELDS: &str = media_fields!();
const COMMENT_FIELDS_WITH_REPLIES: &str = concat!(comment_fields!(), replies_field!());
const MEDIA_WITH_COMMENTS: &str = concat!(media_fields!(), ",comments.limit(50){", comment_fields!(), "}");
const MEDIA_WITH_COMMENTS_AND_REPLIES: &str = concat!(
    media_fields!(),
    ",comments.limit(50){",
    comment_fields!(),
    replies_field!(),
    "}"
);

/// A media object as Graph tells it; what Meta left out is unknown, not empty.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(remote = "Self")]
pub struct Media {
    /// Its id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// `IMAGE`, `VIDEO`, `CAROUSEL_ALBUM`; an open set.
    #[serde(default, deserialize_with = "lenient::text")]
    pub media_type: Option<String>,
    /// `FEED`, `REELS`, `STORY`, `AD`; an open set.
    #[serde(default, deserialize_with = "lenient::text")]
    pub media_product_type: Option<String>,
    /// Its caption.
    #[serde(default, deserialize_with = "lenient::text")]
    pub caption: Option<String>,
    /// Its page on Instagram.
    #[serde(default, deserialize_with = "lenient::text")]
    pub permalink: Option<String>,
    /// When it was published.
    #[serde(default, deserialize_with = "lenient::time")]
    pub timestamp: Option<Timestamp>,
    /// How many like it; absent when hidden.
    #[serde(default, deserialize_with = "lenient::count")]
    pub like_count: Option<i64>,
    /// How many comments it has, replies included.
    #[serde(default, deserialize_with = "lenient::count")]
    pub comments_count: Option<i64>,
    /// The owner's user name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub username: Option<String>,
    /// Where its bytes are, for some days.
    #[serde(default, deserialize_with = "lenient::text")]
    pub media_url: Option<String>,
    /// Where a video's still picture is, for some days.
    #[serde(default, deserialize_with = "lenient::text")]
    pub thumbnail_url: Option<String>,
    /// The JSON as it came, without the comments: each of them has its own.
    #[serde(skip)]
    pub raw: String,
}

/// The derived reader is an inherent function (`remote = "Self"`): this one calls it and keeps the JSON.
impl<'de> Deserialize<'de> for Media {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(from)?;
        let mut json = serde_json::Deserializer::from_str(raw.get());
        let mut media = Self::deserialize(&mut json).map_err(D::Error::custom)?;
        media.raw = lenient::without(raw, "comments");
        Ok(media)
    }
}

/// A media object and the newest of its comments, from one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaWithComments {
    /// The media.
    pub media: Media,
    /// Its first page of comments; empty if Meta sent none.
    pub comments: Page<Comment>,
}

impl<'de> Deserialize<'de> for MediaWithComments {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Expanded {
            #[serde(default, deserialize_with = "lenient::object")]
            comments: Option<Edge<Comment>>,
        }

        let raw = <&RawValue>::deserialize(from)?.get();
        let expanded: Expanded = serde_json::from_str(raw).map_err(D::Error::custom)?;
        Ok(Self {
            media: serde_json::from_str(raw).map_err(D::Error::custom)?,
            comments: expanded.comments.map_or_else(
                || Page {
                    data: Vec::new(),
                    after: None,
                },
                Edge::expanded,
            ),
        })
    }
}

impl Graph {
    /// Reads one media object.
    pub async fn media(&self, access: &Access, id: &str) -> Result<Answer<Media>, GraphError> {
        self.send(access, Request::node("media", id).with("fields", MEDIA_FIELDS))
            .await
    }

    /// Reads a page of an account's media, newest first.
    pub async fn media_page(
        &self,
        access: &Access,
        limit: u8,
        after: Option<&str>,
    ) -> Result<Answer<Page<Media>>, GraphError> {
        let limit = limit.to_string();
        let request = Request::edge(&access.instagram_id, "media")
            .named("account_media")
            .with("fields", MEDIA_FIELDS)
            .with("limit", &limit)
            .with_some("after", after);
        Ok(self
            .send::<Edge<Media>>(access, request)
            .await?
            .map(|edge| edge.alone(after)))
    }

    /// Reads one media object with its newest comments, and their replies if wanted.
    pub async fn media_with_comments(
        &self,
        access: &Access,
        id: &str,
        with_replies: bool,
    ) -> Result<Answer<MediaWithComments>, GraphError> {
        let fields = if with_replies {
            MEDIA_WITH_COMMENTS_AND_REPLIES
        } else {
            MEDIA_WITH_COMMENTS
        };
        self.send(
            access,
            Request::node("media_with_comments", id).with("fields", fields),
        )
        .await
    }

    /// Reads a page of a media's comments, newest first, and their replies if wanted.
    pub async fn comments_page(
        &self,
        access: &Access,
        media_id: &str,
        after: Option<&str>,
        with_replies: bool,
    ) -> Result<Answer<Page<Comment>>, GraphError> {
        let fields = if with_replies {
            COMMENT_FIELDS_WITH_REPLIES
        } else {
            COMMENT_FIELDS
        };
        let request = Request::edge(media_id, "comments")
            .with("fields", fields)
            .with("limit", PAGE_LIMIT)
            .with_some("after", after);
        Ok(self
            .send::<Edge<Comment>>(access, request)
            .await?
            .map(|edge| edge.alone(after)))
    }
}

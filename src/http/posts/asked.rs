//! What a caller asks to be published.

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::post::{MediaType, PostIntent, PostKind, PostMedia, ProductTag, UserTag, WhenFull};
use crate::domain::{Timestamp, UploadId};

/// A post that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[schema(example = json!({
    "kind": "image", "caption": "Fresh from the oven",
    "media": [{ "url": "https://cdn.example.org/bread.jpg", "alt_text": "a loaf of bread" }],
    "publish_at": "2026-12-01T09:00:00+01:00"
}))]
pub struct NewPost {
    /// Meta's id of the account; needed only where several are connected.
    pub account: Option<String>,
    /// `image`, `reel`, `carousel` or `story`.
    #[schema(value_type = String)]
    pub kind: PostKind,
    /// What is shown: one file, or 2 to 10 for a carousel.
    pub media: Vec<NewMedia>,
    /// The text beneath: at most 2,200 letters, 30 hashtags, 20 mentions.
    pub caption: Option<String>,
    /// User names of up to 3 accounts that are invited to be its authors, too.
    #[serde(default)]
    pub collaborators: Vec<String>,
    /// Id of a Page that has a location.
    pub location_id: Option<String>,
    /// Address of a reel's cover. This or `cover_upload_id`.
    pub cover_url: Option<String>,
    /// The id of an upload that is a reel's cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub cover_upload_id: Option<UploadId>,
    /// Where in the video a reel's cover is taken, in milliseconds.
    pub thumb_offset_ms: Option<u64>,
    /// Whether a reel is shown in the feed, too.
    pub share_to_feed: Option<bool>,
    /// The name of a reel's own sound.
    pub audio_name: Option<String>,
    /// False: nobody may comment.
    pub comments_enabled: Option<bool>,
    /// A comment that the account makes beneath it at once.
    pub first_comment: Option<String>,
    /// When it is published, with an offset; without, at once.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub publish_at: Option<Timestamp>,
    /// It is prepared at Meta, and published when you say so.
    #[serde(default)]
    pub draft: bool,
    /// What happens if the account's quota of the day has no room for it: `wait` or `fail`.
    #[serde(default = "wait")]
    #[schema(value_type = String, default = "wait")]
    pub when_full: WhenFull,
}

const fn wait() -> WhenFull {
    WhenFull::Wait
}

/// A file of a post.
#[derive(Clone, Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewMedia {
    /// Where Meta fetches it: public, without a login. This or `upload_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The id of a file that was uploaded (`POST /api/instagram/media-uploads`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub upload_id: Option<UploadId>,
    /// `image` or `video`; a reel's is a video, any other's an image unless it is said.
    #[schema(value_type = Option<String>)]
    pub media_type: Option<MediaType>,
    /// What it shows, for those who cannot see it; images only.
    pub alt_text: Option<String>,
    /// Who is on it.
    #[serde(default)]
    pub user_tags: Vec<NewUserTag>,
    /// Which products are on it.
    #[serde(default)]
    pub product_tags: Vec<NewProductTag>,
}

/// Somebody on a picture; `x` and `y` from 0 to 1 on an image.
#[derive(Clone, Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewUserTag {
    /// Their user name.
    pub username: String,
    /// How far from the left.
    pub x: Option<f64>,
    /// How far from the top.
    pub y: Option<f64>,
}

/// A product on a picture; `x` and `y` from 0 to 1 on an image.
#[derive(Clone, Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewProductTag {
    /// Its id in the catalogue.
    pub product_id: String,
    /// How far from the left.
    pub x: Option<f64>,
    /// How far from the top.
    pub y: Option<f64>,
}

impl NewPost {
    /// What is to be published.
    pub fn intent(self) -> PostIntent {
        let kind = self.kind;
        PostIntent {
            kind,
            media: self.media.into_iter().map(|one| one.intent(kind)).collect(),
            caption: self.caption,
            collaborators: self.collaborators,
            location_id: self.location_id,
            cover_url: self.cover_url,
            cover_upload_id: self.cover_upload_id,
            thumb_offset_ms: self.thumb_offset_ms,
            share_to_feed: self.share_to_feed,
            audio_name: self.audio_name,
            comments_enabled: self.comments_enabled,
            first_comment: self.first_comment,
        }
    }
}

impl NewMedia {
    fn intent(self, kind: PostKind) -> PostMedia {
        let usual = if kind == PostKind::Reel {
            MediaType::Video
        } else {
            MediaType::Image
        };
        PostMedia {
            url: self.url.unwrap_or_default(),
            upload_id: self.upload_id,
            media_type: self.media_type.unwrap_or(usual),
            alt_text: self.alt_text,
            user_tags: self.user_tags.into_iter().map(NewUserTag::intent).collect(),
            product_tags: self.product_tags.into_iter().map(NewProductTag::intent).collect(),
        }
    }
}

impl NewUserTag {
    fn intent(self) -> UserTag {
        UserTag {
            username: self.username,
            x: self.x,
            y: self.y,
        }
    }
}

impl NewProductTag {
    fn intent(self) -> ProductTag {
        ProductTag {
            product_id: self.product_id,
            x: self.x,
            y: self.y,
        }
    }
}

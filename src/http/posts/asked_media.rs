//! The files of a post that is asked for.

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::UploadId;
use crate::domain::post::{MediaType, PostKind, PostMedia, ProductTag, UserTag};

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

impl NewMedia {
    pub(super) fn intent(self, kind: PostKind) -> PostMedia {
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

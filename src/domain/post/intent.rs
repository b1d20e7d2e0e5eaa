//! What somebody wants to be published, as they said it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::rules::facebook_only;
use super::{Graduation, MediaType, PostKind};
use crate::domain::{Login, UploadId};

/// What is to be published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostIntent {
    /// The kind of post.
    pub kind: PostKind,
    /// What is shown: one file, or 2 to 10 for a carousel.
    pub media: Vec<PostMedia>,
    /// The text beneath.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// User names of accounts that are invited to be its authors, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<String>,
    /// Id of a Page that has a location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// Address of a reel's cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_url: Option<String>,
    /// The upload that is a reel's cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_upload_id: Option<UploadId>,
    /// Where in the video a reel's cover is taken, in milliseconds; a cover wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb_offset_ms: Option<u64>,
    /// Whether a reel is shown in the feed, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_to_feed: Option<bool>,
    /// The name of a reel's own sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_name: Option<String>,
    /// False: nobody may comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments_enabled: Option<bool>,
    /// A comment that the account makes beneath it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_comment: Option<String>,
    /// A reel that is shown to people who do not follow first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
    /// Somebody's sound over a reel; Facebook Login only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_configuration: Option<AudioConfiguration>,
    /// It is told that it was made by a machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_ai_generated: Option<bool>,
    /// Ids of brands that pay for it; Facebook Login only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branded_content_sponsor_ids: Vec<String>,
    /// It is told that somebody pays for it; Facebook Login only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_paid_partnership: Option<bool>,
}

/// How a trial reel comes to be shown to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// By whom.
    pub graduation_strategy: Graduation,
}

/// A sound of Meta's library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AudioConfiguration {
    /// Its id there.
    pub audio_id: String,
    /// How loud it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_volume: Option<f64>,
    /// How loud the video's own sound is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_volume: Option<f64>,
}

/// One file of a post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PostMedia {
    /// Where Meta fetches it; empty if it was uploaded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The upload that it is, if it was uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_id: Option<UploadId>,
    /// What it is.
    pub media_type: MediaType,
    /// What it shows, for those who cannot see it; images only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
    /// Who is on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user_tags: Vec<UserTag>,
    /// Which products are on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product_tags: Vec<ProductTag>,
}

/// A person on a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserTag {
    /// Their user name.
    pub username: String,
    /// How far from the left, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// How far from the top, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<f64>,
}

/// A product on a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductTag {
    /// Its id in the catalogue.
    pub product_id: String,
    /// How far from the left, from 0 to 1; images only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// How far from the top, from 0 to 1; images only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<f64>,
}

impl PostIntent {
    /// Some of it is a video, which takes Meta minutes rather than seconds.
    pub fn has_video(&self) -> bool {
        self.media.iter().any(|one| one.media_type == MediaType::Video)
    }

    /// The uploads that it is made of, each once.
    pub fn uploads(&self) -> impl Iterator<Item = UploadId> {
        let media = self.media.iter().filter_map(|one| one.upload_id);
        let uploads: BTreeSet<UploadId> = media.chain(self.cover_upload_id).collect();
        uploads.into_iter()
    }

    /// The only login product whose apps may publish it, if it has something that the other's may not.
    pub fn login(&self) -> Option<Login> {
        (!facebook_only(self).is_empty()).then_some(Login::Facebook)
    }
}

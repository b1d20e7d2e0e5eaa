//! What a caller asks to be published.

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked_beside::{NewAudioConfiguration, NewTrial};
use super::asked_media::NewMedia;
use crate::domain::post::{PostIntent, PostKind, WhenFull};
use crate::domain::{Timestamp, UploadId, WorkspaceId};
use crate::effects::PostRequest;

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
    /// A reel that is shown first to people who do not follow the account.
    pub trial: Option<NewTrial>,
    /// A sound of Meta's library over a reel. Facebook Login only.
    pub audio_configuration: Option<NewAudioConfiguration>,
    /// True: it is told that it was made by a machine.
    pub is_ai_generated: Option<bool>,
    /// Ids of up to 2 brands that pay for it. Facebook Login only.
    #[serde(default)]
    pub branded_content_sponsor_ids: Vec<String>,
    /// True: it is told that somebody pays for it. Facebook Login only.
    pub is_paid_partnership: Option<bool>,
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

impl NewPost {
    /// Asks for it, in a workspace or as an operator, under a name.
    pub fn request(self, workspace: Option<WorkspaceId>, idempotency_key: Option<String>) -> PostRequest {
        PostRequest {
            workspace,
            account: self.account.clone(),
            publish_at: self.publish_at,
            draft: self.draft,
            when_full: self.when_full,
            intent: self.intent(),
            idempotency_key,
        }
    }

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
            trial: self.trial.map(NewTrial::intent),
            audio_configuration: self.audio_configuration.map(NewAudioConfiguration::intent),
            is_ai_generated: self.is_ai_generated,
            branded_content_sponsor_ids: self.branded_content_sponsor_ids,
            is_paid_partnership: self.is_paid_partnership,
        }
    }
}

//! What the account was mentioned in: readable through the account only (graph-comments-and-messages.md §4).
//!
//! Documented for Facebook Login; on the other host the caller must be ready for a refusal.

use serde::Deserialize;

use super::request::Request;
use super::{Access, Answer, Comment, Graph, GraphError, Media};

const COMMENT: &str = "id,text,timestamp,like_count,username,media{id,media_url,permalink}";
const MEDIA: &str = "id,caption,media_type,media_url,timestamp,username,like_count,comments_count,permalink";

#[derive(Deserialize)]
struct MentionedComment {
    mentioned_comment: Comment,
}

#[derive(Deserialize)]
struct MentionedMedia {
    mentioned_media: Media,
}

impl Graph {
    /// Reads a comment that mentions the account.
    pub async fn mentioned_comment(
        &self,
        access: &Access,
        comment_id: &str,
    ) -> Result<Answer<Comment>, GraphError> {
        let fields = format!("mentioned_comment.comment_id({comment_id}){{{COMMENT}}}");
        let request = Request::node("mentioned_comment", &access.instagram_id).with("fields", &fields);
        Ok(self
            .send::<MentionedComment>(access, request)
            .await?
            .map(|found| found.mentioned_comment))
    }

    /// Reads a media object whose caption mentions the account.
    pub async fn mentioned_media(
        &self,
        access: &Access,
        media_id: &str,
    ) -> Result<Answer<Media>, GraphError> {
        let fields = format!("mentioned_media.media_id({media_id}){{{MEDIA}}}");
        let request = Request::node("mentioned_media", &access.instagram_id).with("fields", &fields);
        Ok(self
            .send::<MentionedMedia>(access, request)
            .await?
            .map(|found| found.mentioned_media))
    }
}

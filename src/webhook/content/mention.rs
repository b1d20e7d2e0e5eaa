//! `mentions` (meta-webhooks.md §4.2). Mentions in stories are not among them: those come as messages.

use crate::webhook::json::Object;

/// Where somebody mentioned the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The media, somebody else's.
    pub media_id: Option<String>,
    /// The comment under it; none means the media's caption.
    pub comment_id: Option<String>,
}

impl Mention {
    pub(super) fn read(value: &Object<'_>) -> Result<Self, &'static str> {
        let mention = Self {
            media_id: value.id("media_id"),
            comment_id: value.id("comment_id"),
        };
        if mention.media_id.is_none() && mention.comment_id.is_none() {
            return Err("the mention has neither media_id nor comment_id");
        }
        Ok(mention)
    }
}

//! `comments` and `live_comments` (meta-webhooks.md §4.1).

use crate::webhook::json::Object;

/// A comment as its payload tells it; when it was made is not among that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// Its text, if it has one.
    pub text: Option<String>,
    /// Its author's Instagram-scoped id.
    pub from_id: Option<String>,
    /// Its author's user name.
    pub from_username: Option<String>,
    /// The comment that it replies to.
    pub parent_id: Option<String>,
    /// The media that it stands under; for an album that is never one of the children.
    pub media_id: Option<String>,
    /// What that media is: `FEED`, `REELS`, `STORY`, `AD`, `LIVE`, …
    pub media_product_type: Option<String>,
    /// The ad that shows the media.
    pub ad_id: Option<String>,
    /// That ad's title.
    pub ad_title: Option<String>,
    /// The organic media that the ad was made of.
    pub original_media_id: Option<String>,
    /// Whether the account itself wrote it: who answers comments must not answer these.
    pub self_authored: bool,
}

impl Comment {
    pub(super) fn read(value: &Object<'_>, account: &str) -> Result<Self, &'static str> {
        let from = value.object("from").unwrap_or_default();
        let media = value.object("media").unwrap_or_default();
        let from_id = from.id("id");
        Ok(Self {
            // Meta's page on Facebook Login calls it comment_id, its reference id.
            id: value
                .id("id")
                .or_else(|| value.id("comment_id"))
                .ok_or("the comment has no id")?,
            text: value.text("text"),
            self_authored: from.get("self_ig_scoped_id").is_some() || from_id.as_deref() == Some(account),
            from_id,
            from_username: from.text("username"),
            parent_id: value.id("parent_id"),
            media_id: media.id("id"),
            media_product_type: media.text("media_product_type"),
            ad_id: media.id("ad_id"),
            ad_title: media.text("ad_title"),
            original_media_id: media.id("original_media_id"),
        })
    }
}

//! Which fields each node has (graph-insights-and-reports.md §4, graph-comments-and-messages.md §1).

/// A kind of node.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Meta's name of it, for errors.
    pub(crate) name: &'static str,
    /// What is answered when nothing is asked for.
    pub(crate) default: &'static str,
    pub(crate) parts: &'static [(&'static str, Part)],
}

/// What a field holds.
#[derive(Debug)]
pub(crate) enum Part {
    Value,
    Node(&'static Shape),
    /// A list, with the most that one page of it holds.
    Edge(&'static Shape, usize),
    /// A look-up by a modifier that names the object.
    Lookup(&'static Shape, &'static str),
}

use Part::{Edge, Lookup, Node, Value};

use crate::domain::facts::COMMENTS_PER_PAGE;

/// Pages of everything but comments.
const PER_PAGE: usize = 100;

/// A person in `from`, `user`, `owner` and the like.
pub(crate) static PERSON: Shape = Shape {
    name: "IGCommentFromUser",
    default: "id,username",
    parts: &[("id", Value), ("username", Value), ("self_ig_scoped_id", Value)],
};

/// Only an id: `owner`, `user`, `owner_business`.
pub(crate) static REFERENCE: Shape = Shape {
    name: "IGUser",
    default: "id",
    parts: &[("id", Value)],
};

pub(crate) static COMMENT: Shape = Shape {
    name: "IGComment",
    default: "timestamp,text,id",
    parts: &[
        ("id", Value),
        ("text", Value),
        ("timestamp", Value),
        ("username", Value),
        ("like_count", Value),
        ("hidden", Value),
        ("parent_id", Value),
        ("legacy_instagram_comment_id", Value),
        ("from", Node(&PERSON)),
        ("user", Node(&REFERENCE)),
        ("media", Node(&MEDIA)),
        ("replies", Edge(&COMMENT, COMMENTS_PER_PAGE)),
    ],
};

pub(crate) static MEDIA: Shape = Shape {
    name: "ShadowIGMedia",
    default: "id",
    parts: &[
        ("id", Value),
        ("caption", Value),
        ("media_type", Value),
        ("media_product_type", Value),
        ("media_url", Value),
        ("thumbnail_url", Value),
        ("permalink", Value),
        ("shortcode", Value),
        ("timestamp", Value),
        ("username", Value),
        ("like_count", Value),
        ("comments_count", Value),
        ("is_comment_enabled", Value),
        ("is_shared_to_feed", Value),
        ("alt_text", Value),
        ("media_audio_type", Value),
        ("is_ai_generated", Value),
        ("copyright_check_information", Value),
        ("legacy_instagram_media_id", Value),
        ("boost_eligibility_info", Value),
        ("boost_ads_list", Value),
        ("reposts_count", Value),
        ("saved_count", Value),
        ("shares_count", Value),
        ("total_like_count", Value),
        ("total_comments_count", Value),
        ("total_views_count", Value),
        ("owner", Node(&REFERENCE)),
        ("children", Edge(&CHILD, PER_PAGE)),
        ("comments", Edge(&COMMENT, COMMENTS_PER_PAGE)),
    ],
};

/// A publishing container (graph-publishing.md §3).
pub(crate) static CONTAINER: Shape = Shape {
    name: "ShadowIGMediaBuilder",
    default: "id",
    parts: &[
        ("id", Value),
        ("status_code", Value),
        ("status", Value),
        ("copyright_check_status", Value),
        ("video_status", Value),
    ],
};

/// How much an account may publish (§7).
pub(crate) static LIMIT: Shape = Shape {
    name: "ContentPublishingLimitResponse",
    default: "quota_usage",
    parts: &[("quota_usage", Value), ("config", Value)],
};

/// An item of a carousel.
pub(crate) static CHILD: Shape = Shape {
    name: "ShadowIGMedia",
    default: "id",
    parts: &[
        ("id", Value),
        ("media_type", Value),
        ("media_url", Value),
        ("thumbnail_url", Value),
        ("timestamp", Value),
        ("username", Value),
        ("shortcode", Value),
        ("alt_text", Value),
        ("permalink", Value),
        ("owner", Node(&REFERENCE)),
    ],
};

pub(crate) static FACEBOOK_ACCOUNT: Shape = Shape {
    name: "ShadowIGUser",
    default: "id",
    parts: &[
        ("id", Value),
        ("ig_id", Value),
        ("username", Value),
        ("name", Value),
        ("biography", Value),
        ("website", Value),
        ("profile_picture_url", Value),
        ("has_profile_pic", Value),
        ("followers_count", Value),
        ("follows_count", Value),
        ("media_count", Value),
        ("is_published", Value),
        ("legacy_instagram_user_id", Value),
        ("shopping_product_tag_eligibility", Value),
        ("owner_business", Node(&REFERENCE)),
        ("media", Edge(&MEDIA, PER_PAGE)),
        ("stories", Edge(&MEDIA, PER_PAGE)),
        ("tags", Edge(&MEDIA, PER_PAGE)),
        ("mentioned_comment", Lookup(&COMMENT, "comment_id")),
        ("mentioned_media", Lookup(&MEDIA, "media_id")),
    ],
};

/// No look-ups of mentions: documented with the other host only.
pub(crate) static INSTAGRAM_ACCOUNT: Shape = Shape {
    name: "IGUser",
    default: "id",
    parts: &[
        ("id", Value),
        ("user_id", Value),
        ("username", Value),
        ("name", Value),
        ("account_type", Value),
        ("biography", Value),
        ("website", Value),
        ("profile_picture_url", Value),
        ("followers_count", Value),
        ("follows_count", Value),
        ("media_count", Value),
        ("media", Edge(&MEDIA, PER_PAGE)),
        ("stories", Edge(&MEDIA, PER_PAGE)),
        ("tags", Edge(&MEDIA, PER_PAGE)),
    ],
};

pub(crate) static PAGE: Shape = Shape {
    name: "Page",
    default: "id,name",
    parts: &[
        ("id", Value),
        ("name", Value),
        ("username", Value),
        ("access_token", Value),
        ("category", Value),
        ("tasks", Value),
        ("instagram_business_account", Node(&FACEBOOK_ACCOUNT)),
        ("connected_instagram_account", Node(&FACEBOOK_ACCOUNT)),
    ],
};

/// A business portfolio.
pub(crate) static BUSINESS: Shape = Shape {
    name: "Business",
    default: "id,name",
    parts: &[("id", Value), ("name", Value)],
};

pub(crate) static USER: Shape = Shape {
    name: "User",
    default: "id,name",
    parts: &[
        ("id", Value),
        ("name", Value),
        ("accounts", Edge(&PAGE, PER_PAGE)),
    ],
};

pub(crate) static CONVERSATION: Shape = Shape {
    name: "UnifiedThread",
    default: "id,updated_time",
    parts: &[
        ("id", Value),
        ("updated_time", Value),
        ("message_count", Value),
        ("participants", Value),
        ("messages", Edge(&MESSAGE, PER_PAGE)),
    ],
};

pub(crate) static MESSAGE: Shape = Shape {
    name: "Message",
    default: "id,created_time",
    parts: &[
        ("id", Value),
        ("created_time", Value),
        ("from", Node(&PERSON)),
        ("to", Value),
        ("message", Value),
        ("attachments", Value),
    ],
};

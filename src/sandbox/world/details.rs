//! What a publisher said of media beside its caption (graph-publishing.md §2): kept with the container, then with
//! what was made of it.

use serde::{Deserialize, Serialize};

/// What was said; nothing of media that were not published over the API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    /// The address that it came from.
    pub(crate) source: Option<String>,
    pub(crate) alt_text: Option<String>,
    pub(crate) location_id: Option<String>,
    pub(crate) user_tags: Vec<UserTag>,
    pub(crate) product_tags: Vec<ProductTag>,
    pub(crate) collaborators: Vec<String>,
    pub(crate) cover_url: Option<String>,
    pub(crate) thumb_offset: Option<u64>,
    pub(crate) share_to_feed: Option<bool>,
    pub(crate) audio_name: Option<String>,
    /// As it was given: JSON.
    pub(crate) audio_configuration: Option<serde_json::Value>,
    /// A trial reel's way to everybody.
    pub(crate) graduation_strategy: Option<String>,
    pub(crate) is_ai_generated: bool,
    pub(crate) sponsors: Vec<String>,
    pub(crate) is_paid_partnership: bool,
}

/// Somebody tagged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UserTag {
    pub(crate) username: String,
    #[serde(default)]
    pub(crate) x: Option<f64>,
    #[serde(default)]
    pub(crate) y: Option<f64>,
}

/// A product tagged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProductTag {
    pub(crate) product_id: String,
    #[serde(default)]
    pub(crate) x: Option<f64>,
    #[serde(default)]
    pub(crate) y: Option<f64>,
}

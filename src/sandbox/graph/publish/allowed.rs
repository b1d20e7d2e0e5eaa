//! Which parameter goes with which format: the table of graph-publishing.md §2 as data. `caption` is missing: where
//! it means nothing it is passed over.

use super::format::Format::{self, Carousel, Image, ImageItem, ImageStory, Reel, VideoItem, VideoStory};
use crate::domain::Login;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;

const ALLOWED: [(&str, &[Format]); 18] = [
    ("image_url", &[Image, ImageItem, ImageStory]),
    ("video_url", &[Reel, VideoItem, VideoStory]),
    ("children", &[Carousel]),
    ("location_id", &[Image, Reel, Carousel]),
    ("user_tags", &[Image, Reel, ImageItem, ImageStory, VideoStory]),
    ("collaborators", &[Image, Reel, Carousel]),
    ("product_tags", &[Image, Reel, Carousel, ImageItem, VideoItem]),
    ("alt_text", &[Image, ImageItem]),
    ("cover_url", &[Reel]),
    ("thumb_offset", &[Reel, VideoItem]),
    ("share_to_feed", &[Reel, Carousel]),
    ("audio_name", &[Reel]),
    ("audio_configuration", &[Reel]),
    ("trial_params", &[Reel]),
    ("upload_type", &[Reel, VideoItem, VideoStory]),
    (
        "is_ai_generated",
        &[Image, Reel, Carousel, ImageStory, VideoStory],
    ),
    ("branded_content_sponsor_ids", &[Image, Reel, Carousel]),
    ("is_paid_partnership", &[Image, Reel, Carousel]),
];

/// Parameters that Instagram Login does not have.
const FACEBOOK_ONLY: [&str; 4] = [
    "upload_type",
    "audio_configuration",
    "branded_content_sponsor_ids",
    "is_paid_partnership",
];

/// Every parameter that is given goes with the format and the host.
pub(super) fn must_be_allowed(request: &Request, format: Format) -> Result<(), GraphFault> {
    for (name, formats) in ALLOWED {
        if request.param(name).is_none() {
            continue;
        }
        if !formats.contains(&format) {
            return Err(GraphFault::bad_parameter(&format!(
                "Param {name} is not allowed for this media type"
            )));
        }
        if request.login == Login::Instagram && FACEBOOK_ONLY.contains(&name) {
            return Err(GraphFault::bad_parameter(&format!(
                "Param {name} is not supported for this app"
            )));
        }
    }
    Ok(())
}

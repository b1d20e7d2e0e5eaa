//! What goes with which kind of post, and with which login.

use super::found::Found;
use crate::domain::post::counting::length;
use crate::domain::post::{PostIntent, PostKind};

/// Our own bound: the name of a sound is shown in a line.
const LONGEST_AUDIO_NAME: usize = 200;

pub(super) fn only_of_reels(found: &mut Found, intent: &PostIntent) {
    let given = [
        ("/cover_url", intent.cover_url.is_some()),
        ("/cover_upload_id", intent.cover_upload_id.is_some()),
        ("/thumb_offset_ms", intent.thumb_offset_ms.is_some()),
        ("/share_to_feed", intent.share_to_feed.is_some()),
        ("/audio_name", intent.audio_name.is_some()),
        ("/audio_configuration", intent.audio_configuration.is_some()),
        ("/trial", intent.trial.is_some()),
    ];
    for (pointer, _) in given
        .iter()
        .filter(|(_, given)| *given && intent.kind != PostKind::Reel)
    {
        found.add(*pointer, "reels-only", "is for reels only");
    }
    if let Some(name) = &intent.audio_name {
        found.no_more_than(
            "/audio_name",
            "audio-name",
            "letters",
            length(name),
            LONGEST_AUDIO_NAME,
        );
    }
}

pub(super) fn only_of_posts(found: &mut Found, intent: &PostIntent) {
    if intent.kind != PostKind::Story {
        return;
    }
    let given = [
        ("/collaborators", !intent.collaborators.is_empty()),
        ("/location_id", intent.location_id.is_some()),
        ("/comments_enabled", intent.comments_enabled.is_some()),
        ("/first_comment", intent.first_comment.is_some()),
        (
            "/branded_content_sponsor_ids",
            !intent.branded_content_sponsor_ids.is_empty(),
        ),
        ("/is_paid_partnership", intent.is_paid_partnership.is_some()),
    ];
    for (pointer, _) in given.iter().filter(|(_, given)| *given) {
        found.add(*pointer, "not-for-stories", "a story has none");
    }
}

/// What Meta takes from apps of Facebook Login only, and whether it is given.
pub(super) const fn of_facebook(intent: &PostIntent) -> [(&'static str, bool); 3] {
    [
        ("/audio_configuration", intent.audio_configuration.is_some()),
        (
            "/branded_content_sponsor_ids",
            !intent.branded_content_sponsor_ids.is_empty(),
        ),
        ("/is_paid_partnership", intent.is_paid_partnership.is_some()),
    ]
}

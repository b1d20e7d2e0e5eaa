//! All that there is to say of a post by its words.

use super::found::{Fault, Found, Warning};
use super::{fit, media, partners, text};
use crate::domain::post::{PostIntent, PostKind};

/// Every rule that a post breaks.
pub fn faults(intent: &PostIntent) -> Vec<Fault> {
    let mut found = Found::default();
    media::media(&mut found, intent);
    text::text(&mut found, intent);
    text::collaborators(&mut found, intent);
    fit::only_of_reels(&mut found, intent);
    fit::only_of_posts(&mut found, intent);
    partners::place(&mut found, intent);
    partners::sponsors(&mut found, intent);
    partners::audio(&mut found, intent);
    found.0
}

/// What of a post Meta takes from apps of Facebook Login only; for an account that is connected otherwise these are faults.
pub fn facebook_only(intent: &PostIntent) -> Vec<Fault> {
    let mut found = Found::default();
    for (pointer, _) in fit::of_facebook(intent).into_iter().filter(|(_, given)| *given) {
        let message = "works with Facebook Login only; connect the account by it, or leave this out";
        found.add(pointer, "facebook-login-only", message);
    }
    found.0
}

/// What is to be known of a post though it breaks no rule.
pub fn warnings(intent: &PostIntent) -> Vec<Warning> {
    let said = [
        (
            intent.kind == PostKind::Story && intent.caption.is_some(),
            "/caption",
            "caption-not-shown",
            "a story shows no caption: it is not sent; put the words into the picture",
        ),
        (
            (intent.cover_url.is_some() || intent.cover_upload_id.is_some())
                && intent.thumb_offset_ms.is_some(),
            "/thumb_offset_ms",
            "cover-wins",
            "the cover that is given wins: none is taken from the video",
        ),
    ];
    let holds = said.into_iter().filter(|(holds, ..)| *holds);
    holds
        .map(|(_, pointer, code, message)| Warning {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            message: message.to_owned(),
        })
        .collect()
}

//! What comes from others: places, brands that pay, and sounds that are licensed.

use super::found::Found;
use crate::domain::post::PostIntent;

const MOST_SPONSORS: usize = 2;
/// Ids of Meta's are far shorter.
const LONGEST_ID: usize = 40;

pub(super) fn place(found: &mut Found, intent: &PostIntent) {
    if intent.location_id.as_deref().is_some_and(|id| !is_id(id)) {
        found.add(
            "/location_id",
            "location-id",
            "must be digits: the id of a Page that has a location",
        );
    }
}

pub(super) fn sponsors(found: &mut Found, intent: &PostIntent) {
    let ids = &intent.branded_content_sponsor_ids;
    let pointer = "/branded_content_sponsor_ids";
    found.no_more_than(pointer, "sponsors", "sponsors", ids.len(), MOST_SPONSORS);
    for (at, id) in ids.iter().enumerate() {
        if !is_id(id) {
            found.add(format!("{pointer}/{at}"), "sponsor-id", "must be digits");
        }
    }
}

pub(super) fn audio(found: &mut Found, intent: &PostIntent) {
    let Some(audio) = &intent.audio_configuration else {
        return;
    };
    if !is_id(&audio.audio_id) {
        found.add("/audio_configuration/audio_id", "audio-id", "must be digits");
    }
    let volumes = [
        ("audio_volume", audio.audio_volume),
        ("video_volume", audio.video_volume),
    ];
    for (name, volume) in volumes {
        if volume.is_some_and(|volume| volume < 0.0) {
            let pointer = format!("/audio_configuration/{name}");
            found.add(pointer, "audio-volume", "must not be negative");
        }
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_ID && text.bytes().all(|c| c.is_ascii_digit())
}

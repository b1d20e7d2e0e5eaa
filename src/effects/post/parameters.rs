//! From what is wanted, with the address of each file, to the parameters of containers (graph-publishing.md §2).

use serde_json::json;

use crate::domain::post::{MediaType, PostIntent, PostKind, PostMedia, ProductTag, UserTag};

/// Names and values of one call.
pub(super) type Parameters = Vec<(&'static str, String)>;

/// How Meta gets a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It fetches it.
    Fetched,
    /// It is brought to Meta once the container is made (graph-publishing.md §4).
    Brought,
}

/// Of the container that is published; a carousel's children are known by then.
pub(super) fn of_whole(intent: &PostIntent, children: &[String], way: Way) -> Parameters {
    let mut parameters = Vec::new();
    let first = intent.media.first();
    match intent.kind {
        PostKind::Carousel => {
            parameters.push(("media_type", "CAROUSEL".to_owned()));
            parameters.push(("children", children.join(",")));
        }
        PostKind::Reel => {
            parameters.push(("media_type", "REELS".to_owned()));
            parameters.extend(first.map(|one| source(one, way)));
        }
        PostKind::Story => {
            parameters.push(("media_type", "STORIES".to_owned()));
            parameters.extend(first.map(|one| source(one, way)));
        }
        PostKind::Image => parameters.extend(first.map(|one| source(one, way))),
    }
    if let Some(one) = first.filter(|_| intent.kind != PostKind::Carousel) {
        parameters.extend(on_it(one));
    }
    let text = |name, value: &Option<String>| value.clone().map(|value| (name, value));
    if intent.kind != PostKind::Story {
        parameters.extend(text("caption", &intent.caption));
    }
    parameters.extend(text("location_id", &intent.location_id));
    parameters.extend(text("cover_url", &intent.cover_url));
    parameters.extend(text("audio_name", &intent.audio_name));
    if !intent.collaborators.is_empty() {
        parameters.push(("collaborators", json!(intent.collaborators).to_string()));
    }
    let offset = intent.thumb_offset_ms.filter(|_| intent.cover_url.is_none());
    parameters.extend(offset.map(|offset| ("thumb_offset", offset.to_string())));
    parameters.extend(
        intent
            .share_to_feed
            .map(|share| ("share_to_feed", share.to_string())),
    );
    parameters.extend(of_partners(intent));
    parameters
}

/// What is said of how it was made, by whom it is paid, and to whom it is shown.
fn of_partners(intent: &PostIntent) -> Parameters {
    let mut parameters = Vec::new();
    let flag = |name, value: Option<bool>| value.map(|value| (name, value.to_string()));
    if let Some(trial) = &intent.trial {
        parameters.push(("trial_params", json!(trial).to_string()));
    }
    if let Some(audio) = &intent.audio_configuration {
        parameters.push(("audio_configuration", json!(audio).to_string()));
    }
    parameters.extend(flag("is_ai_generated", intent.is_ai_generated));
    let sponsors = &intent.branded_content_sponsor_ids;
    if !sponsors.is_empty() {
        parameters.push(("branded_content_sponsor_ids", json!(sponsors).to_string()));
    }
    parameters.extend(flag("is_paid_partnership", intent.is_paid_partnership));
    parameters
}

/// Of a carousel's child.
pub(super) fn of_child(one: &PostMedia, way: Way) -> Parameters {
    let mut parameters = vec![("is_carousel_item", "true".to_owned())];
    if one.media_type == MediaType::Video {
        parameters.push(("media_type", "VIDEO".to_owned()));
    }
    parameters.push(source(one, way));
    parameters.extend(on_it(one));
    parameters
}

fn source(one: &PostMedia, way: Way) -> (&'static str, String) {
    match (way, one.media_type) {
        (Way::Brought, _) => ("upload_type", "resumable".to_owned()),
        (Way::Fetched, MediaType::Image) => ("image_url", one.url.clone()),
        (Way::Fetched, MediaType::Video) => ("video_url", one.url.clone()),
    }
}

/// What is on a picture: nested values are JSON in a text (graph-oauth.md §4).
fn on_it(one: &PostMedia) -> Parameters {
    let mut parameters = Vec::new();
    parameters.extend(one.alt_text.clone().map(|text| ("alt_text", text)));
    if !one.user_tags.is_empty() {
        parameters.push(("user_tags", written::<UserTag>(&one.user_tags)));
    }
    if !one.product_tags.is_empty() {
        parameters.push(("product_tags", written::<ProductTag>(&one.product_tags)));
    }
    parameters
}

fn written<T: serde::Serialize>(tags: &[T]) -> String {
    serde_json::to_string(tags).expect("tags are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(json: serde_json::Value) -> PostIntent {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn each_kind_has_its_parameters() {
        let image = intent(
            json!({ "kind": "image", "caption": "Bread", "media": [{ "url": "https://x/1.jpg",
            "media_type": "image", "alt_text": "a loaf", "user_tags": [{ "username": "ann", "x": 0.5, "y": 0.25 }] }] }),
        );
        let text = |name, value: &str| (name, value.to_owned());
        assert_eq!(
            of_whole(&image, &[], Way::Fetched),
            [
                text("image_url", "https://x/1.jpg"),
                text("alt_text", "a loaf"),
                text("user_tags", r#"[{"username":"ann","x":0.5,"y":0.25}]"#),
                text("caption", "Bread"),
            ]
        );
        let reel = intent(
            json!({ "kind": "reel", "thumb_offset_ms": 1500, "share_to_feed": false, "is_ai_generated": true,
            "trial": { "graduation_strategy": "MANUAL" }, "branded_content_sponsor_ids": ["1"], "is_paid_partnership": true,
            "audio_configuration": { "audio_id": "5", "audio_volume": 0.5 },
            "media": [{ "url": "https://x/1.mp4", "media_type": "video" }] }),
        );
        assert_eq!(
            of_whole(&reel, &[], Way::Fetched),
            [
                text("media_type", "REELS"),
                text("video_url", "https://x/1.mp4"),
                text("thumb_offset", "1500"),
                text("share_to_feed", "false"),
                text("trial_params", r#"{"graduation_strategy":"MANUAL"}"#),
                text("audio_configuration", r#"{"audio_id":"5","audio_volume":0.5}"#),
                text("is_ai_generated", "true"),
                text("branded_content_sponsor_ids", r#"["1"]"#),
                text("is_paid_partnership", "true"),
            ]
        );
        let story = intent(json!({ "kind": "story", "caption": "not shown", "media": [
            { "url": "https://x/1.jpg", "media_type": "image" }] }));
        assert_eq!(
            of_whole(&story, &[], Way::Fetched),
            [
                text("media_type", "STORIES"),
                text("image_url", "https://x/1.jpg")
            ]
        );
        assert_eq!(
            of_whole(&reel, &[], Way::Brought)[1],
            text("upload_type", "resumable")
        );
        let album = intent(json!({ "kind": "carousel", "collaborators": ["ben"], "media": [
            { "url": "https://x/1.jpg", "media_type": "image" }, { "url": "https://x/2.mp4", "media_type": "video" }] }));
        assert_eq!(
            of_whole(&album, &["1".to_owned(), "2".to_owned()], Way::Fetched),
            [
                text("media_type", "CAROUSEL"),
                text("children", "1,2"),
                text("collaborators", r#"["ben"]"#)
            ]
        );
        assert_eq!(
            of_child(&album.media[1], Way::Fetched),
            [
                text("is_carousel_item", "true"),
                text("media_type", "VIDEO"),
                text("video_url", "https://x/2.mp4")
            ]
        );
    }
}

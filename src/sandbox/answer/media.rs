//! Media, with what was asked for; of others' media only what is public.

use super::{Edge, Scene, Selected, comment, edge};
use crate::sandbox::json::Json;
use crate::sandbox::world::{Media, MediaRecord, MediaType, Place, Product, Turned, turn};

/// Writes a media object.
pub(crate) fn media(scene: &Scene<'_>, json: &mut Json, record: &MediaRecord, selected: &[Selected]) {
    json.object(|json| {
        for field in selected {
            described(json, &record.media, field.name);
            counted(json, record, field.name);
            connected(scene, json, record, field);
        }
    });
}

/// What it is and where it lies.
fn described(json: &mut Json, media: &Media, name: &str) {
    match name {
        "id" => json.key(name).id(media.id),
        "caption" => {
            if let Some(caption) = &media.caption {
                json.key(name).text(caption);
            }
        }
        "media_type" => json.key(name).text(media.form.as_str()),
        "media_product_type" => json.key(name).text(media.product.as_str()),
        "media_url" => json.key(name).text(&media.url("media")),
        "thumbnail_url" if media.form == MediaType::Video => {
            json.key(name).text(&media.url("thumbnail"));
        }
        "permalink" if media.carousel.is_none() => json.key(name).text(&media.permalink()),
        "shortcode" => json.key(name).text(&media.shortcode()),
        "timestamp" => json.key(name).time(media.timestamp),
        "username" => json.key(name).text(&media.username),
        "is_comment_enabled" => json.key(name).flag(media.comments_enabled),
        _ => said(json, media, name),
    }
}

/// What its publisher said of it.
fn said(json: &mut Json, media: &Media, name: &str) {
    let details = media.details.as_deref();
    match name {
        "is_shared_to_feed" if media.product == Product::Reels => {
            let shared = details.and_then(|details| details.share_to_feed).unwrap_or(true);
            json.key(name).flag(shared);
        }
        "is_ai_generated" => json
            .key(name)
            .flag(details.is_some_and(|details| details.is_ai_generated)),
        "alt_text" => {
            if let Some(text) = details.and_then(|details| details.alt_text.as_deref()) {
                json.key(name).text(text);
            }
        }
        _ => {}
    }
}

fn counted(json: &mut Json, record: &MediaRecord, name: &str) {
    match name {
        "like_count" | "total_like_count" => json.key(name).count(record.media.like_count),
        "comments_count" | "total_comments_count" => json.key(name).count(record.comments_count),
        _ => {}
    }
}

fn connected(scene: &Scene<'_>, json: &mut Json, record: &MediaRecord, field: &Selected) {
    let owner = record
        .media
        .owner
        .and_then(|owner| scene.world.accounts.get(&owner));
    let own = owner.filter(|owner| scene.world.reaches(scene.token, &owner.account));
    match field.name {
        "owner" => {
            if let Some(owner) = own {
                json.key("owner")
                    .object(|json| json.key("id").id(owner.account.id));
            }
        }
        "children" if !record.media.children.is_empty() => children(scene, json, record, field),
        "comments" if own.is_some() && !record.comments.is_empty() => comments(scene, json, record, field),
        _ => {}
    }
}

fn children(scene: &Scene<'_>, json: &mut Json, record: &MediaRecord, field: &Selected) {
    json.key("children").object(|json| {
        json.key("data").array(|json| {
            for child in record
                .media
                .children
                .iter()
                .filter_map(|id| scene.world.media.get(id))
            {
                media(scene, json, child, &field.inner);
            }
        });
    });
}

fn comments(scene: &Scene<'_>, json: &mut Json, record: &MediaRecord, field: &Selected) {
    let turned: Turned = turn(&record.comments, field.slice, |_| true);
    let list = Edge {
        path: format!("{}/comments", record.media.id),
        limit: field.slice.limit,
        fields: &field.inner,
        linked: true,
        turned: &turned,
    };
    edge(scene, json.key("comments"), &list, |json, place: &Place| {
        if let Some(one) = scene.world.comments.get(&place.id) {
            comment(scene, json, one, &field.inner);
        }
    });
}

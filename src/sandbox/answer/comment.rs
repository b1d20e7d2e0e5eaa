//! Comments, with what was asked for.

use super::{Edge, Scene, Selected, edge, media};
use crate::sandbox::json::Json;
use crate::sandbox::world::{Comment, CommentRecord, Person, turn};

/// Writes a comment.
pub(crate) fn comment(scene: &Scene<'_>, json: &mut Json, record: &CommentRecord, selected: &[Selected]) {
    json.object(|json| selected.iter().for_each(|field| part(scene, json, record, field)));
}

fn part(scene: &Scene<'_>, json: &mut Json, record: &CommentRecord, field: &Selected) {
    let comment = &record.comment;
    match field.name {
        "id" => json.key("id").id(comment.id),
        "text" => json.key("text").text(&comment.text),
        "timestamp" => json.key("timestamp").time(comment.timestamp),
        "username" => json.key("username").text(&comment.from.username),
        "like_count" => json.key("like_count").count(comment.like_count.into()),
        "hidden" => json.key("hidden").flag(comment.hidden),
        "from" => person(json.key("from"), &comment.from, comment.by_owner, &field.inner),
        "media" => of_media(scene, json, comment, field),
        "replies" => replies(scene, json, record, field),
        "parent_id" => {
            if let Some(parent) = comment.parent {
                json.key("parent_id").id(parent);
            }
        }
        "user" if comment.by_owner => json.key("user").object(|json| json.key("id").id(comment.from.id)),
        _ => {}
    }
}

/// Writes a person; the account itself has one id more, by which loops are guarded.
pub(super) fn person(json: &mut Json, person: &Person, is_self: bool, selected: &[Selected]) {
    json.object(|json| {
        for field in selected {
            match field.name {
                "id" => json.key("id").id(person.id),
                "username" => json.key("username").text(&person.username),
                "self_ig_scoped_id" if is_self => json.key("self_ig_scoped_id").id(person.id),
                _ => {}
            }
        }
    });
}

fn of_media(scene: &Scene<'_>, json: &mut Json, comment: &Comment, field: &Selected) {
    if let Some(on) = scene.world.media.get(&comment.media) {
        media(scene, json.key("media"), on, &field.inner);
    }
}

/// A comment without replies has no `replies` at all.
fn replies(scene: &Scene<'_>, json: &mut Json, record: &CommentRecord, field: &Selected) {
    if record.replies.is_empty() {
        return;
    }
    let turned = turn(&record.replies, field.slice, |_| true);
    let list = Edge {
        path: format!("{}/replies", record.comment.id),
        limit: field.slice.limit,
        fields: &field.inner,
        linked: true,
        turned: &turned,
    };
    edge(scene, json.key("replies"), &list, |json, place| {
        if let Some(reply) = scene.world.comments.get(&place.id) {
            comment(scene, json, reply, &field.inner);
        }
    });
}

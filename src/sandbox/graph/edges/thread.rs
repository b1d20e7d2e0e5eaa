//! Comments and replies: newest first, at most fifty a page.

use std::collections::BTreeSet;

use super::asked::Asked;
use crate::domain::facts;
use crate::sandbox::answer::{self, COMMENT, Edge, Scene, edge};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::nodes::may_read_comments;
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::Json;
use crate::sandbox::world::{CommentRecord, MediaRecord, Place, Product, turn};

/// Top-level comments of media; a broadcast has no such list.
pub(super) fn comments(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &MediaRecord,
    request: &Request,
) -> Result<(), GraphFault> {
    may_read_comments(scene, scene.world.owner_of(record.media.id))?;
    if record.media.product == Product::Live {
        return Err(GraphFault::no_such_object(&record.media.id.to_string()));
    }
    thread(scene, json, &record.comments, request)
}

/// Replies to a comment.
pub(super) fn replies(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &CommentRecord,
    request: &Request,
) -> Result<(), GraphFault> {
    thread(scene, json, &record.replies, request)
}

fn thread(
    scene: &Scene<'_>,
    json: &mut Json,
    set: &BTreeSet<Place>,
    request: &Request,
) -> Result<(), GraphFault> {
    let asked = Asked::read(scene, &COMMENT, facts::COMMENTS_PER_PAGE, request)?;
    let turned = turn(set, asked.slice, |_| true);
    let list = Edge {
        path: request.path.trim_start_matches('/').to_owned(),
        limit: asked.slice.limit,
        fields: &asked.fields,
        linked: true,
        turned: &turned,
    };
    edge(scene, json, &list, |json, place| {
        if let Some(one) = scene.world.comments.get(&place.id) {
            answer::comment(scene, json, one, &asked.fields);
        }
    });
    Ok(())
}

//! Who may publish, and how much (graph-publishing.md §1, §7).

use std::time::Duration;

use crate::domain::Timestamp;
use crate::sandbox::answer::{self, LIMIT, Scene, select};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::nodes::{Node, may_publish, resolve};
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::Json;
use crate::sandbox::world::{AccountRecord, World, since};

/// Quotas roll over this long.
pub(super) const DAY: Duration = Duration::from_hours(24);

/// The account of a path, for which the caller may publish.
pub(super) fn publisher<'w>(
    scene: &Scene<'w>,
    request: &Request,
    node: &str,
) -> Result<&'w AccountRecord, GraphFault> {
    match resolve(scene, node)? {
        Node::Account(record) => may_publish(scene, &record.account).map(|()| record),
        _ => Err(GraphFault::unsupported(&request.method, node)),
    }
}

/// There is room for one more post.
pub(super) fn must_have_room(
    world: &World,
    record: &AccountRecord,
    now: Timestamp,
) -> Result<(), GraphFault> {
    if since(&record.publications, now - DAY) < world.settings.publishing.quota_total {
        Ok(())
    } else {
        Err(GraphFault::of(9, Some(2_207_042)))
    }
}

/// `GET /{account}/content_publishing_limit`, counted `since` a moment of the last day.
pub(crate) fn limit(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &AccountRecord,
    request: &Request,
) -> Result<(), GraphFault> {
    may_publish(scene, &record.account)?;
    let selected = select(&LIMIT, request.param("fields"))?;
    let from = match request.param("since") {
        None => scene.now - DAY,
        Some(text) => text
            .parse()
            .ok()
            .map(Timestamp::from_seconds)
            .filter(|from| *from <= scene.now && scene.now.since(*from) <= DAY)
            .ok_or_else(|| {
                GraphFault::bad_parameter("Param since must be a UNIX timestamp of the last 24 hours")
            })?,
    };
    let usage = since(&record.publications, from);
    answer::limit(
        json,
        usage,
        scene.world.settings.publishing.quota_total,
        &selected,
    );
    Ok(())
}

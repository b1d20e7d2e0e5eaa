//! The items of a carousel: two to ten containers that were made for one, all of them ready (graph-publishing.md §3).

use super::format::Format;
use super::said::list;
use crate::domain::Timestamp;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;
use crate::sandbox::world::{Container, Id, Status, World};

/// Reads them; none of anything but a carousel.
pub(super) fn children(
    world: &World,
    account: Id,
    request: &Request,
    format: Format,
    now: Timestamp,
) -> Result<Vec<Id>, GraphFault> {
    if format != Format::Carousel {
        return Ok(Vec::new());
    }
    let names = list(request, "children")?;
    if !(2..=10).contains(&names.len()) {
        return Err(GraphFault::of(100, Some(2_207_028)));
    }
    let mut children = Vec::with_capacity(names.len());
    for name in names {
        let missing = || GraphFault::of(24, Some(2_207_006));
        let id: Id = name.parse().map_err(|_| missing())?;
        let child = world.containers.get(&id).filter(|child| child.account == account);
        must_be_ready(child.ok_or_else(missing)?, now)?;
        if children.contains(&id) {
            return Err(GraphFault::bad_parameter("Param children names an item twice"));
        }
        children.push(id);
    }
    Ok(children)
}

fn must_be_ready(child: &Container, now: Timestamp) -> Result<(), GraphFault> {
    if !child.carousel_item {
        return Err(GraphFault::bad_parameter(
            "Param children must be containers made with is_carousel_item",
        ));
    }
    match child.status(now) {
        Status::Finished | Status::Published => Ok(()),
        Status::InProgress => Err(GraphFault::of(9_007, Some(2_207_027))),
        Status::Error => Err(GraphFault::of(24, Some(2_207_008))),
        Status::Expired => Err(GraphFault::of(-2, Some(2_207_020))),
    }
}

//! `POST /{account}/media_publish`: a container becomes media that everybody sees (graph-publishing.md §6).

use std::time::Duration;

use super::quota::{must_have_room, publisher};
use crate::domain::Timestamp;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::authority::scene;
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::meta::Meta;
use crate::sandbox::publishing::Republish;
use crate::sandbox::world::{AccountRecord, Change, Container, Id, Kind, Media, Status, World};

/// Publishes the container `creation_id`.
pub(crate) fn release(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    let now = meta.now();
    let id = meta.change(|world| {
        let scene = scene(meta, world, request)?;
        let record = publisher(&scene, request, node)?;
        let container = wanted(world, record, request.required("creation_id")?)?;
        match container.published.first() {
            None => must_be_ready(container, now)?,
            Some(first) => match world.settings.publishing.republish {
                Republish::Refuse => return Err(GraphFault::of(24, Some(2_207_008))),
                Republish::SameId => return Ok((Vec::new(), *first)),
                Republish::Duplicate => {}
            },
        }
        must_have_room(world, record, now)?;
        let (change, id) = published(world, record, container, now);
        Ok((vec![change], id))
    })?;
    let mut json = Json::new(Style::Answer);
    json.object(|json| json.key("id").id(id));
    Ok(json.into_bytes())
}

fn wanted<'w>(world: &'w World, record: &AccountRecord, name: &str) -> Result<&'w Container, GraphFault> {
    let id: Option<Id> = name.parse().ok();
    let container = id
        .and_then(|id| world.containers.get(&id))
        .filter(|container| container.account == record.account.id)
        .ok_or_else(|| GraphFault::of(24, Some(2_207_008)))?;
    if container.carousel_item {
        return Err(GraphFault::bad_parameter(
            "An item of a carousel cannot be published by itself",
        ));
    }
    Ok(container)
}

fn must_be_ready(container: &Container, now: Timestamp) -> Result<(), GraphFault> {
    match container.status(now) {
        Status::Finished | Status::Published => Ok(()),
        Status::InProgress => Err(GraphFault::of(9_007, Some(2_207_027))),
        Status::Error => Err(GraphFault::of(24, Some(2_207_008))),
        Status::Expired => Err(GraphFault::of(-2, Some(2_207_020))),
    }
}

/// The change that publishes, and the post's id.
fn published(world: &World, record: &AccountRecord, of: &Container, now: Timestamp) -> (Change, Id) {
    let read_from = now + Duration::from_secs(world.settings.publishing.lag_seconds);
    let mut ids = world.fresh(Kind::Media);
    let mut fresh = || ids.next().expect("a range of ids does not end");
    let mut post = media(world, record, of, fresh(), now);
    post.read_from = Some(read_from).filter(|from| *from > now);
    let items: Vec<Media> = of
        .children
        .iter()
        .filter_map(|child| world.containers.get(child))
        .map(|child| Media {
            carousel: Some(post.id),
            read_from: post.read_from,
            ..media(world, record, child, fresh(), now)
        })
        .collect();
    post.children = items.iter().map(|item| item.id).collect();
    let id = post.id;
    let change = Change::Published {
        container: of.id,
        media: std::iter::once(post).chain(items).collect(),
        read_from,
    };
    (change, id)
}

fn media(world: &World, record: &AccountRecord, of: &Container, id: Id, now: Timestamp) -> Media {
    let own = &record.account;
    let known = of.details.user_tags.iter().filter_map(|tag| {
        let tagged = world.account_called(&tag.username)?.account.id;
        (tagged != own.id).then_some(tagged)
    });
    Media {
        id,
        owner: Some(own.id),
        username: own.username.clone(),
        form: of.form,
        product: of.product,
        caption: of.caption.clone(),
        timestamp: now,
        like_count: 0,
        comments_enabled: true,
        children: Vec::new(),
        carousel: None,
        original: None,
        tagged: known.collect(),
        insights: std::collections::BTreeMap::new(),
        expired_at: None,
        container: Some(of.id),
        details: Some(Box::new(of.details.clone())),
        read_from: None,
    }
}

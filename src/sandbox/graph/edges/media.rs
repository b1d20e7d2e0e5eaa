//! Posts, stories and tags of an account, and the items of a carousel.

use super::asked::{Asked, PER_PAGE};
use crate::domain::Timestamp;
use crate::sandbox::answer::{self, CHILD, Edge, MEDIA, Scene, edge};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::Json;
use crate::sandbox::world::{AccountRecord, MediaRecord, turn};

/// The items of a carousel.
pub(super) fn children(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &MediaRecord,
    request: &Request,
) -> Result<(), GraphFault> {
    let asked = Asked::read(scene, &CHILD, PER_PAGE, request)?;
    json.object(|json| {
        json.key("data").array(|json| {
            for child in record
                .media
                .children
                .iter()
                .filter_map(|id| scene.world.media.get(id))
            {
                answer::media(scene, json, child, &asked.fields);
            }
        });
    });
    Ok(())
}

/// One of the lists of media that an account has.
pub(super) fn shelf(
    scene: &Scene<'_>,
    json: &mut Json,
    record: &AccountRecord,
    name: &str,
    request: &Request,
) -> Result<(), GraphFault> {
    let asked = Asked::read(scene, &MEDIA, PER_PAGE, request)?;
    let (since, until) = (moment(request, "since")?, moment(request, "until")?);
    let set = match name {
        "stories" => &record.stories,
        "tags" => &record.tagged,
        _ => &record.posts,
    };
    let turned = turn(set, asked.slice, |place| {
        let media = scene.world.media.get(&place.id).map(|of| &of.media);
        let living = || media.is_some_and(|media| media.is_living_story(scene.now));
        media.is_some_and(|media| media.is_readable(scene.now))
            && since.is_none_or(|since| place.at >= since)
            && until.is_none_or(|until| place.at <= until)
            && (name != "stories" || living())
    });
    let list = Edge {
        path: format!("{}/{name}", record.account.id),
        limit: asked.slice.limit,
        fields: &asked.fields,
        linked: name != "tags",
        turned: &turned,
    };
    edge(scene, json, &list, |json, place| {
        if let Some(one) = scene.world.media.get(&place.id) {
            answer::media(scene, json, one, &asked.fields);
        }
    });
    Ok(())
}

fn moment(request: &Request, name: &str) -> Result<Option<Timestamp>, GraphFault> {
    let read = |text: &str| text.parse().map(Timestamp::from_seconds);
    let unreadable = |_| GraphFault::bad_parameter(&format!("Param {name} must be a valid UNIX timestamp"));
    request.param(name).map(read).transpose().map_err(unreadable)
}

//! Lists: `data`, cursors, and links where Meta gives links.

use url::form_urlencoded;

use super::{Scene, Selected};
use crate::sandbox::json::Json;
use crate::sandbox::world::{Place, Turned};

/// A list to be written.
#[derive(Debug)]
pub(crate) struct Edge<'a> {
    /// Node and edge, for links.
    pub(crate) path: String,
    pub(crate) limit: usize,
    pub(crate) fields: &'a [Selected],
    /// Some edges give cursors only (graph-oauth.md §4).
    pub(crate) linked: bool,
    pub(crate) turned: &'a Turned,
}

/// Writes the list; `item` writes what stands at a place.
pub(crate) fn edge(
    scene: &Scene<'_>,
    json: &mut Json,
    edge: &Edge<'_>,
    mut item: impl FnMut(&mut Json, &Place),
) {
    let places = &edge.turned.places;
    json.object(|json| {
        json.key("data")
            .array(|json| places.iter().for_each(|place| item(json, place)));
        let (Some(first), Some(last)) = (places.first(), places.last()) else {
            return;
        };
        json.key("paging").object(|json| {
            json.key("cursors").object(|json| {
                json.key("before").text(&first.cursor());
                json.key("after").text(&last.cursor());
            });
            if edge.linked && edge.turned.older {
                json.key("next").text(&link(scene, edge, "after", *last));
            }
            if edge.linked && edge.turned.newer {
                json.key("previous").text(&link(scene, edge, "before", *first));
            }
        });
    });
}

/// The address of a neighbouring page. It holds the token, but no proof, as Meta's do.
fn link(scene: &Scene<'_>, edge: &Edge<'_>, direction: &str, from: Place) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("access_token", &scene.token.text)
        .append_pair("fields", &Selected::text(edge.fields))
        .append_pair("limit", &edge.limit.to_string())
        .append_pair(direction, &from.cursor())
        .finish();
    format!("{}/{}?{query}", scene.base, edge.path)
}

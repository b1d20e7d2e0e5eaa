//! What a person on Facebook has: Pages, those of their businesses, and permissions.

use super::asked::PER_PAGE;
use crate::domain::Timestamp;
use crate::sandbox::answer::{self, BUSINESS, Edge, PAGE, Scene, edge, select, slice};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::authority::need;
use crate::sandbox::graph::nodes::BUSINESSES;
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::Json;
use crate::sandbox::world::{Id, Ownership, PageRecord, Place, Turned};

/// What is told of a Page when nothing is asked for.
const USUAL: &str = "access_token,category,name,id,tasks";

/// The Pages that the person ticked, each with its token; none without the permission to list them. Those in a
/// portfolio are not among them.
pub(super) fn pages(scene: &Scene<'_>, json: &mut Json, request: &Request) -> Result<(), GraphFault> {
    let mut theirs = scene.world.listed_pages(scene.token);
    theirs.retain(|_| scene.token.may("pages_show_list"));
    list(scene, json, request, "me/accounts".to_owned(), &theirs)
}

/// The Pages that a business has in its portfolio, in one way, as far as the person ticked them.
pub(super) fn of_business(
    scene: &Scene<'_>,
    json: &mut Json,
    request: &Request,
    (business, name): (Id, &str),
) -> Result<(), GraphFault> {
    let ownership = Ownership::of_edge(name).ok_or_else(|| GraphFault::no_such_field(name, "Business"))?;
    let theirs = scene.world.pages_in_portfolio(scene.token, business, ownership);
    list(scene, json, request, format!("{business}/{name}"), &theirs)
}

/// The businesses in whose portfolios the person has Pages.
pub(super) fn businesses(scene: &Scene<'_>, json: &mut Json, request: &Request) -> Result<(), GraphFault> {
    need(scene.token, BUSINESSES, scene.now)?;
    let asked = select(&BUSINESS, request.param("fields"))?;
    json.object(|json| {
        json.key("data").array(|json| {
            for (id, name) in scene.world.businesses_of_token(scene.token) {
                answer::business(json, id, name, &asked);
            }
        });
    });
    Ok(())
}

fn list(
    scene: &Scene<'_>,
    json: &mut Json,
    request: &Request,
    path: String,
    theirs: &[&PageRecord],
) -> Result<(), GraphFault> {
    let asked = select(&PAGE, Some(request.param("fields").unwrap_or(USUAL)))?;
    let limit = slice(PER_PAGE, |name| request.param(name).filter(|_| name == "limit"))?.limit;
    let after: Option<Id> = request
        .param("after")
        .and_then(Place::of_cursor)
        .map(|place| place.id);
    let rest: Vec<&PageRecord> = theirs
        .iter()
        .copied()
        .filter(|record| after.is_none_or(|after| record.page.id > after))
        .collect();
    let page = rest.get(..limit.min(rest.len())).unwrap_or_default();
    let places = page.iter().map(|record| Place {
        at: Timestamp::default(),
        id: record.page.id,
    });
    let turned = Turned {
        places: places.collect(),
        older: rest.len() > limit,
        newer: false,
    };
    let list = Edge {
        path,
        limit,
        fields: &asked,
        linked: true,
        turned: &turned,
    };
    edge(scene, json, &list, |json, place| {
        if let Some(record) = scene.world.pages.get(&place.id) {
            answer::page(scene, json, record, &asked);
        }
    });
    Ok(())
}

/// What the person granted, and what they did not.
pub(super) fn permissions(scene: &Scene<'_>, json: &mut Json) {
    json.object(|json| {
        json.key("data").array(|json| {
            let granted = scene.token.scopes.iter().map(|scope| (scope, "granted"));
            let declined = scene.token.declined.iter().map(|scope| (scope, "declined"));
            for (scope, status) in granted.chain(declined) {
                json.object(|json| {
                    json.key("permission").text(scope);
                    json.key("status").text(status);
                });
            }
        });
    });
}

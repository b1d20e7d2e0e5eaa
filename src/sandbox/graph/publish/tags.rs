//! People and products tagged (graph-publishing.md §2).

use serde::de::DeserializeOwned;

use super::format::Format;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;
use crate::sandbox::world::{MediaType, ProductTag, UserTag};

const PEOPLE: usize = 20;

/// People: on a picture of the feed each has a place, elsewhere a place may be missing.
pub(super) fn people(request: &Request, format: Format) -> Result<Vec<UserTag>, GraphFault> {
    let tags: Vec<UserTag> = list(request, "user_tags")?;
    if tags.len() > PEOPLE {
        return Err(GraphFault::of(100, Some(2_207_040)));
    }
    for tag in &tags {
        let placed = tag.x.is_some() && tag.y.is_some();
        let needed = matches!(format, Format::Image | Format::ImageItem);
        if needed && !placed || !is_inside(tag.x) || !is_inside(tag.y) {
            return Err(GraphFault::bad_parameter(
                "Param user_tags: x and y must be numbers from 0.0 to 1.0",
            ));
        }
        if tag.username.is_empty() {
            return Err(GraphFault::bad_parameter(
                "Param user_tags: a username is required",
            ));
        }
    }
    Ok(tags)
}

/// Products: placed on pictures, never on films.
pub(super) fn products(request: &Request, format: Format) -> Result<Vec<ProductTag>, GraphFault> {
    let tags: Vec<ProductTag> = list(request, "product_tags")?;
    let most = if format == Format::Reel { 30 } else { 5 };
    if tags.len() > most {
        return Err(GraphFault::bad_parameter(&format!(
            "Param product_tags: at most {most} products"
        )));
    }
    for tag in &tags {
        let (some, both) = (
            tag.x.is_some() || tag.y.is_some(),
            tag.x.is_some() && tag.y.is_some(),
        );
        let subcode = match format.form() {
            MediaType::Video if some => Some(2_207_035),
            MediaType::Image if !both || !is_inside(tag.x) || !is_inside(tag.y) => Some(2_207_036),
            _ if !is_id(&tag.product_id) => Some(2_207_037),
            MediaType::Image | MediaType::Video | MediaType::CarouselAlbum => None,
        };
        if subcode.is_some() {
            return Err(GraphFault::of(100, subcode));
        }
    }
    Ok(tags)
}

/// Whether a text can be an id.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_inside(place: Option<f64>) -> bool {
    place.is_none_or(|place| (0.0..=1.0).contains(&place))
}

fn list<T: DeserializeOwned>(request: &Request, name: &str) -> Result<Vec<T>, GraphFault> {
    let Some(text) = request.param(name) else {
        return Ok(Vec::new());
    };
    serde_json::from_str(text)
        .map_err(|error| GraphFault::bad_parameter(&format!("Param {name} must be an array: {error}")))
}

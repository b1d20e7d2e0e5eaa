//! What a request says of a container beside its caption, each parameter by its rule (graph-publishing.md §2).

use super::format::Format;
use super::tags;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;
use crate::sandbox::world::Details;

const ALT_TEXT: usize = 1_000;
const COLLABORATORS: usize = 3;
const SPONSORS: usize = 2;
/// No film is longer: an offset beyond it is wrong whatever the film.
const LAST_OFFSET: u64 = 900_000;

/// Reads everything but the media themselves.
pub(super) fn details(request: &Request, format: Format) -> Result<Details, GraphFault> {
    let text = |name: &str| request.param(name).map(str::to_owned);
    Ok(Details {
        source: None,
        alt_text: alt_text(request)?,
        location_id: location(request)?,
        user_tags: tags::people(request, format)?,
        product_tags: tags::products(request, format)?,
        collaborators: few(request, "collaborators", COLLABORATORS)?,
        cover_url: text("cover_url"),
        thumb_offset: thumb_offset(request)?,
        share_to_feed: request.flag("share_to_feed")?,
        audio_name: text("audio_name"),
        audio_configuration: audio(request)?,
        graduation_strategy: trial(request)?,
        is_ai_generated: request.flag("is_ai_generated")?.unwrap_or(false),
        sponsors: few(request, "branded_content_sponsor_ids", SPONSORS)?,
        is_paid_partnership: request.flag("is_paid_partnership")?.unwrap_or(false),
    })
}

/// A JSON array, or words with commas between them; an id may stand in it as a number.
pub(super) fn list(request: &Request, name: &str) -> Result<Vec<String>, GraphFault> {
    let Some(text) = request.param(name) else {
        return Ok(Vec::new());
    };
    if !text.starts_with('[') {
        return Ok(text.split(',').map(|word| word.trim().to_owned()).collect());
    }
    let wrong = || GraphFault::bad_parameter(&format!("Param {name} must be an array"));
    let items: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| wrong())?;
    let word = |item| match item {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        _ => Err(wrong()),
    };
    items.into_iter().map(word).collect()
}

fn few(request: &Request, name: &str, most: usize) -> Result<Vec<String>, GraphFault> {
    let names = list(request, name)?;
    if names.len() > most || names.iter().any(String::is_empty) {
        return Err(GraphFault::bad_parameter(&format!(
            "Param {name} takes at most {most} names"
        )));
    }
    Ok(names)
}

fn alt_text(request: &Request) -> Result<Option<String>, GraphFault> {
    match request.param("alt_text") {
        Some(text) if text.encode_utf16().count() > ALT_TEXT => Err(GraphFault::bad_parameter(&format!(
            "Param alt_text must be at most {ALT_TEXT} characters"
        ))),
        text => Ok(text.map(str::to_owned)),
    }
}

fn location(request: &Request) -> Result<Option<String>, GraphFault> {
    match request.param("location_id") {
        Some(id) if !tags::is_id(id) => Err(GraphFault::bad_parameter(
            "INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID",
        )),
        id => Ok(id.map(str::to_owned)),
    }
}

fn thumb_offset(request: &Request) -> Result<Option<u64>, GraphFault> {
    let Some(text) = request.param("thumb_offset") else {
        return Ok(None);
    };
    let offset: i64 = text
        .parse()
        .map_err(|_| GraphFault::bad_parameter("Param thumb_offset must be an integer"))?;
    u64::try_from(offset)
        .ok()
        .filter(|offset| *offset <= LAST_OFFSET)
        .map(Some)
        .ok_or_else(|| GraphFault::of(1, Some(2_207_057)))
}

fn audio(request: &Request) -> Result<Option<serde_json::Value>, GraphFault> {
    let Some(text) = request.param("audio_configuration") else {
        return Ok(None);
    };
    serde_json::from_str(text)
        .ok()
        .filter(|given: &serde_json::Value| given.get("audio_id").is_some())
        .map(Some)
        .ok_or_else(|| GraphFault::bad_parameter("Param audio_configuration must be an object with audio_id"))
}

fn trial(request: &Request) -> Result<Option<String>, GraphFault> {
    let Some(text) = request.param("trial_params") else {
        return Ok(None);
    };
    let given: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    match given
        .get("graduation_strategy")
        .and_then(serde_json::Value::as_str)
    {
        Some(strategy @ ("MANUAL" | "SS_PERFORMANCE")) => Ok(Some(strategy.to_owned())),
        _ => Err(GraphFault::bad_parameter(
            "Param trial_params[graduation_strategy] must be one of {MANUAL, SS_PERFORMANCE}",
        )),
    }
}

//! What a request asks for, read whole before anything is fetched or made.

use url::Url;

use super::allowed::must_be_allowed;
use super::caption;
use super::children::children;
use super::format::Format;
use super::said;
use crate::domain::Timestamp;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;
use crate::sandbox::world::{Details, Id, MediaType, World};

/// A container to be.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) account: Id,
    pub(super) format: Format,
    pub(super) caption: Option<String>,
    pub(super) children: Vec<Id>,
    pub(super) details: Details,
    /// Where the media lie; none of a carousel, or when the bytes are brought.
    pub(super) source: Option<Url>,
    pub(super) cover: Option<Url>,
    /// The bytes are brought.
    pub(super) is_resumable: bool,
}

impl Draft {
    /// Reads and checks everything that can be told without fetching.
    pub(super) fn read(
        world: &World,
        account: Id,
        request: &Request,
        now: Timestamp,
    ) -> Result<Self, GraphFault> {
        let format = Format::read(request)?;
        must_be_allowed(request, format)?;
        let shows_caption = matches!(format, Format::Image | Format::Reel | Format::Carousel);
        let caption = request.param("caption").filter(|_| shows_caption);
        caption.map_or(Ok(()), caption::must_fit)?;
        let is_resumable = is_resumable(request)?;
        let source = source(request, format, is_resumable)?;
        let cover = request.param("cover_url").map(address).transpose()?;
        let details = Details {
            source: source.as_ref().map(Url::to_string),
            ..said::details(request, format)?
        };
        Ok(Self {
            account,
            format,
            caption: caption.map(str::to_owned),
            children: children(world, account, request, format, now)?,
            details,
            source,
            cover,
            is_resumable,
        })
    }
}

fn is_resumable(request: &Request) -> Result<bool, GraphFault> {
    match request.param("upload_type") {
        None => Ok(false),
        Some("resumable") if request.param("video_url").is_none() => Ok(true),
        Some(_) => Err(GraphFault::bad_parameter(
            "Param upload_type must be resumable, without a video_url",
        )),
    }
}

fn source(request: &Request, format: Format, is_resumable: bool) -> Result<Option<Url>, GraphFault> {
    let name = match format.form() {
        MediaType::CarouselAlbum => return Ok(None),
        MediaType::Video if is_resumable => return Ok(None),
        MediaType::Video => "video_url",
        MediaType::Image => "image_url",
    };
    request.required(name).and_then(address).map(Some)
}

/// An address that a crawler can be sent to: ASCII only, as Meta wants it.
fn address(text: &str) -> Result<Url, GraphFault> {
    let url = text
        .parse()
        .ok()
        .filter(|url: &Url| text.is_ascii() && matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| GraphFault::of(9_004, Some(2_207_052)))
}

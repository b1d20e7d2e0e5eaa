//! `rupload.facebook.com`: a video's bytes brought, or their address (graph-publishing.md §4).

use url::Url;

use super::create::processing;
use super::format::Format;
use super::source::{FILM_HEAD, film, must_last};
use crate::sandbox::crawler::{Fetched, look_at_film};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::authority::scene;
use crate::sandbox::graph::nodes::{Node, resolve};
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Container, Id, Product, Upload, World};

/// What one call brings.
enum Brought {
    /// Bytes: where they begin, how many there are, how many there will be, and what is wrong with the film.
    Bytes {
        offset: u64,
        length: u64,
        file_size: u64,
        failure: Option<i64>,
    },
    /// What lies at an address.
    Address { url: Url, failure: Option<i64> },
}

impl Brought {
    /// The subcode of what is wrong with the film.
    const fn failure(&self) -> Option<i64> {
        match self {
            Self::Bytes { failure, .. } | Self::Address { failure, .. } => *failure,
        }
    }
}

/// Takes bytes, or an address to fetch them from.
pub(crate) async fn upload(meta: &Meta, request: &Request) -> Result<Vec<u8>, GraphFault> {
    let node = request.parts().0;
    let format = {
        let world = meta.world();
        format(waiting(meta, &world, request, node)?)
    };
    let brought = match request.param("file_url") {
        Some(url) => at_address(meta, url, format).await?,
        None => bytes(meta, request, format)?,
    };
    let is_complete = meta.change(|world| {
        let container = taken(meta, world, waiting(meta, world, request, node)?, &brought)?;
        let is_complete = container.upload.is_some_and(|upload| upload.is_complete);
        let change = Change::Container(Box::new(container));
        Ok::<_, GraphFault>((vec![change], is_complete))
    })?;
    if brought.failure().is_some() {
        return Err(refused("The video could not be processed"));
    }
    if !is_complete {
        return Err(partial("Partial request (did not match length of file)"));
    }
    let mut json = Json::new(Style::Answer);
    json.object(|json| {
        json.key("success").flag(true);
        json.key("message").text("Upload successful.");
    });
    Ok(json.into_bytes())
}

/// The container, which waits for bytes.
fn waiting<'w>(
    meta: &'w Meta,
    world: &'w World,
    request: &'w Request,
    node: &str,
) -> Result<&'w Container, GraphFault> {
    let scene = scene(meta, world, request)?;
    let id: Option<Id> = match resolve(&scene, node)? {
        Node::Container(of) => Some(of.id),
        _ => None,
    };
    let container = id.and_then(|id| world.containers.get(&id));
    let missing = || GraphFault::no_such_object(node);
    let container = container.ok_or_else(missing)?;
    match container.upload {
        Some(upload) if !upload.is_complete => Ok(container),
        Some(_) => Err(refused("The upload is complete already")),
        None => Err(missing()),
    }
}

const fn format(of: &Container) -> Format {
    match of.product {
        Product::Reels => Format::Reel,
        Product::Story => Format::VideoStory,
        Product::Feed | Product::Ad | Product::Live => Format::VideoItem,
    }
}

async fn at_address(meta: &Meta, url: &str, format: Format) -> Result<Brought, GraphFault> {
    let url: Url = url.parse().map_err(|_| refused("file_url must be a URL"))?;
    let fetched = if meta.world().settings.publishing.fetch_media {
        film(meta, &url, format).await.map(drop)
    } else {
        Ok(())
    };
    match fetched.map_err(|fault| (fault.code, fault.subcode)) {
        Ok(()) => Ok(Brought::Address { url, failure: None }),
        Err((352 | -1, failure)) => Ok(Brought::Address { url, failure }),
        Err(_) => Err(refused("The file could not be fetched from file_url")),
    }
}

fn bytes(meta: &Meta, request: &Request, format: Format) -> Result<Brought, GraphFault> {
    let number = |name: &'static str| {
        let said = request.param(name).and_then(|text| text.parse::<u64>().ok());
        said.ok_or_else(|| refused(&format!("Header {name} must be a number of bytes")))
    };
    let (offset, file_size) = (number("offset")?, number("file_size")?);
    let begins = offset == 0 && meta.world().settings.publishing.fetch_media;
    let fetched = Fetched {
        head: request.body.iter().take(FILM_HEAD).copied().collect(),
        length: file_size,
    };
    let look = || look_at_film(&fetched, format.film_bytes()).and_then(|film| must_last(film, format));
    let failure = if begins {
        look().err().and_then(|fault| fault.subcode)
    } else {
        None
    };
    Ok(Brought::Bytes {
        offset,
        length: u64::try_from(request.body.len()).unwrap_or(u64::MAX),
        file_size,
        failure,
    })
}

/// The container with what came. A film that is no good ends the upload, too.
fn taken(meta: &Meta, world: &World, of: &Container, brought: &Brought) -> Result<Container, GraphFault> {
    let mut container = of.clone();
    let before = of.upload.unwrap_or_default();
    let mut upload = match brought {
        Brought::Address { url, .. } => {
            container.details.source = Some(url.to_string());
            Upload {
                is_complete: true,
                ..before
            }
        }
        Brought::Bytes {
            offset,
            length,
            file_size,
            ..
        } => continued(before, *offset, *length, *file_size)?,
    };
    let failure = brought.failure();
    upload.is_complete |= failure.is_some();
    if upload.is_complete {
        let takes = processing(&world.settings.publishing, container.form);
        container.ready_at = Some(meta.now() + takes);
    }
    container.failure = container.failure.or(failure);
    container.upload = Some(upload);
    Ok(container)
}

/// An upload goes on from the last byte that came before, and nowhere else.
fn continued(before: Upload, offset: u64, length: u64, file_size: u64) -> Result<Upload, GraphFault> {
    let end = offset.saturating_add(length);
    if offset != before.bytes_transferred || end > file_size || file_size == 0 {
        return Err(partial(
            "The offset does not go on where the bytes end that are here",
        ));
    }
    Ok(Upload {
        bytes_transferred: end,
        file_size: Some(file_size),
        is_complete: end == file_size,
    })
}

/// To try again with the same would not help.
fn refused(why: &str) -> GraphFault {
    GraphFault::saying(100, why).of_kind("ProcessingFailedError")
}

/// More is to come.
fn partial(why: &str) -> GraphFault {
    GraphFault::saying(2, why)
        .with_http(400)
        .of_kind("PartialRequestError")
}

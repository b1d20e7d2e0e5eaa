//! The media of a draft, fetched and looked at.

use url::Url;

use super::draft::Draft;
use super::format::Format;
use crate::sandbox::crawler::{Film, PICTURE_BYTES, Ratio, fetch, look_at_film, look_at_picture};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::MediaType;

/// Of a film so much is kept to be looked at.
pub(super) const FILM_HEAD: usize = 4 << 20;

/// Fetches the media and a reel's cover, and tells the first thing that is wrong with them.
pub(super) async fn fetch_all(meta: &Meta, draft: &Draft) -> Result<(), GraphFault> {
    if !meta.world().settings.publishing.fetch_media {
        return Ok(());
    }
    if let Some(source) = &draft.source {
        match draft.format.form() {
            MediaType::Image => {
                let ratio = match draft.format {
                    Format::ImageStory => Ratio::Any,
                    _ => Ratio::OfFeed,
                };
                picture(meta, source, ratio).await?;
            }
            MediaType::Video => {
                let film = film(meta, source, draft.format).await?;
                must_reach(film, draft.details.thumb_offset)?;
            }
            MediaType::CarouselAlbum => {}
        }
    }
    match &draft.cover {
        Some(cover) => picture(meta, cover, Ratio::Any).await,
        None => Ok(()),
    }
}

/// Fetches a film for a format.
pub(super) async fn film(meta: &Meta, source: &Url, format: Format) -> Result<Film, GraphFault> {
    let most = format.film_bytes();
    let fetched = fetch(meta, source, most, FILM_HEAD).await?;
    let film = look_at_film(&fetched, most)?;
    must_last(film, format)?;
    Ok(film)
}

/// A film lasts as long as its format wants.
pub(super) fn must_last(film: Film, format: Format) -> Result<(), GraphFault> {
    match film.milliseconds {
        Some(lasts) if !format.film_lasts().contains(&lasts) => Err(GraphFault::of(352, Some(2_207_026))),
        Some(_) | None => Ok(()),
    }
}

async fn picture(meta: &Meta, source: &Url, ratio: Ratio) -> Result<(), GraphFault> {
    let kept = usize::try_from(PICTURE_BYTES).unwrap_or(usize::MAX);
    let fetched = fetch(meta, source, PICTURE_BYTES, kept).await?;
    look_at_picture(&fetched, ratio)
}

fn must_reach(film: Film, offset: Option<u64>) -> Result<(), GraphFault> {
    match (film.milliseconds, offset) {
        (Some(lasts), Some(offset)) if offset > lasts => Err(GraphFault::of(1, Some(2_207_057))),
        _ => Ok(()),
    }
}

//! Giving uploaded files to who knows their signed names: Meta's crawler.

use std::io::{self, SeekFrom};

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, Header, HeaderValue, IF_RANGE, Range,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError, get, head};
use futures_util::{Stream, stream};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::assets::{Opened, ShelfError};
use crate::effects::UploadError;
use crate::http::answers::{Fetching, Measuring};
use crate::http::{Kind, Problem, State};

/// Read at once.
const PIECE: u64 = 64 << 10;

/// The part of a file that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// From the first byte to the last one.
    Between(u64, u64),
    /// Beyond its end.
    Nowhere,
}

/// Gives an uploaded file to whoever knows its signed name, as long as that holds: Meta, which has no key.
#[utoipa::path(
    tag = "posts",
    operation_id = "fetch_media_file",
    params(("name" = String, Path, description = "A name that was made for Meta")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The part of it that `Range` asks for", body = Vec<u8>, content_type = "application/octet-stream"),
        Fetching
    )
)]
#[get("/media-files/{name}")]
pub async fn serve(
    name: Path<String>,
    request: HttpRequest,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let mut opened = state.effects.uploads().open(&name).await?;
    let all = opened.bytes;
    let (status, first, length) = match part(&request, all) {
        Part::Whole => (StatusCode::OK, 0, all),
        Part::Between(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Part::Nowhere => return Ok(nowhere(all)),
    };
    let seek = opened.file.seek(SeekFrom::Start(first)).await;
    seek.map_err(|error| UploadError::from(ShelfError::from(error)))?;
    let mut response = described(status, &opened);
    if status == StatusCode::PARTIAL_CONTENT {
        let last = first + length - 1;
        response.insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{all}")));
    }
    Ok(response.body(SizedStream::new(length, pieces(opened.file, length))))
}

/// Says what `GET` would give, without giving it.
///
/// A part cannot be asked for: HTTP knows parts with `GET` only.
#[utoipa::path(
    tag = "posts",
    operation_id = "measure_media_file",
    params(("name" = String, Path, description = "A name that was made for Meta")),
    responses((status = 200, description = "The file's length and type, in headers"), Measuring)
)]
#[head("/media-files/{name}")]
pub async fn measure(name: Path<String>, state: Data<State>) -> Result<HttpResponse, Problem> {
    let opened = state.effects.uploads().open(&name).await?;
    let nothing = stream::empty::<io::Result<Bytes>>();
    Ok(described(StatusCode::OK, &opened).body(SizedStream::new(opened.bytes, nothing)))
}

/// An answer about a file, but for its bytes.
fn described(status: StatusCode, opened: &Opened) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CONTENT_TYPE, opened.content_type))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CACHE_CONTROL, "private"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

/// One range is served; several, or what is no range of bytes, are answered by the whole file, as HTTP permits. So is a
/// range that depends on a version: versions are not told.
fn part(request: &HttpRequest, all: u64) -> Part {
    if request.headers().contains_key(IF_RANGE) {
        return Part::Whole;
    }
    let Ok(Range::Bytes(ranges)) = Range::parse(request) else {
        return Part::Whole;
    };
    let [range] = ranges.as_slice() else {
        return Part::Whole;
    };
    range
        .to_satisfiable_range(all)
        .map_or(Part::Nowhere, |(first, last)| Part::Between(first, last))
}

fn nowhere(all: u64) -> HttpResponse {
    let problem = Kind::NoSuchRange.because(format!("the file has {all} bytes"));
    let mut response = problem.error_response();
    if let Ok(value) = HeaderValue::try_from(format!("bytes */{all}")) {
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
    response
}

/// So many bytes of the file from where it stands.
fn pieces(file: File, length: u64) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold((file, length), async |(mut file, left)| {
        if left == 0 {
            return None;
        }
        let mut piece = Vec::new();
        let read = (&mut file).take(left.min(PIECE)).read_to_end(&mut piece).await;
        match read {
            Ok(0) => Some((Err(io::ErrorKind::UnexpectedEof.into()), (file, 0))),
            Ok(read) => Some((Ok(piece.into()), (file, left.saturating_sub(read as u64)))),
            Err(error) => Some((Err(error), (file, 0))),
        }
    })
}

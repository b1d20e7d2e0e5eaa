//! A delivery's bytes, as they came on the wire: bounded in size and time, never inflated.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;

/// How long a whole body may take. Meta's own patience ends sooner or later after that.
const PATIENCE: Duration = Duration::from_secs(10);

/// A claimed length is believed up to here: room for more is made as bytes come.
const RESERVED_AT_ONCE: usize = 256 * 1_024;

/// Why a body was not read to its end.
#[derive(Debug)]
pub enum Unread {
    /// It is larger than is taken; these are its first bytes, if any were read.
    TooLarge(Bytes),
    /// It did not come in time.
    Slow,
    /// The connection broke, or what came is no body.
    Broken(PayloadError),
}

/// Reads a body of at most `largest` bytes. One that came in one piece is not copied.
pub async fn read(request: &HttpRequest, mut payload: Payload, largest: usize) -> Result<Bytes, Unread> {
    let claimed = claimed_length(request);
    if claimed.is_some_and(|length| length > largest) {
        return Err(Unread::TooLarge(Bytes::new()));
    }
    // A small body is there already as a rule, and then no timer is set.
    let mut next = payload.next();
    let first = match futures_util::poll!(&mut next) {
        std::task::Poll::Ready(first) => first,
        std::task::Poll::Pending => within(PATIENCE, next).await?,
    };
    let Some(first) = first.transpose().map_err(Unread::Broken)? else {
        return Ok(Bytes::new());
    };
    if claimed == Some(first.len()) {
        return Ok(first);
    }
    within(PATIENCE, rest(first, payload, claimed.unwrap_or(0), largest)).await?
}

async fn within<T>(patience: Duration, reading: impl Future<Output = T>) -> Result<T, Unread> {
    tokio::time::timeout(patience, reading)
        .await
        .map_err(|_| Unread::Slow)
}

async fn rest(first: Bytes, mut payload: Payload, claimed: usize, largest: usize) -> Result<Bytes, Unread> {
    let mut body = BytesMut::new();
    let mut next = Some(Ok(first));
    while let Some(chunk) = next {
        let chunk = chunk.map_err(Unread::Broken)?;
        if body.len() + chunk.len() > largest {
            return Err(Unread::TooLarge(body.freeze()));
        }
        if body.is_empty() {
            body.reserve(claimed.clamp(chunk.len(), RESERVED_AT_ONCE.max(chunk.len())));
        }
        body.extend_from_slice(&chunk);
        next = payload.next().await;
    }
    Ok(body.freeze())
}

/// What the header says; a chunked body has none. actix refuses one that is no number.
fn claimed_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

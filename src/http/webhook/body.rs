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
    /// The connection broke, or what came is no body; these are the bytes before.
    Broken(PayloadError, Bytes),
}

/// Reads a body of at most `largest` bytes. One that came in one piece is not copied.
pub async fn read(request: &HttpRequest, payload: Payload, largest: usize) -> Result<Bytes, Unread> {
    let claimed = claimed_length(request);
    if claimed.is_some_and(|length| length > largest) {
        return Err(Unread::TooLarge(Bytes::new()));
    }
    let reading = whole(payload, claimed, largest);
    tokio::time::timeout(PATIENCE, reading)
        .await
        .map_err(|_| Unread::Slow)?
}

async fn whole(mut payload: Payload, claimed: Option<usize>, largest: usize) -> Result<Bytes, Unread> {
    let Some(first) = payload.next().await.transpose().map_err(broken)? else {
        return Ok(Bytes::new());
    };
    if claimed == Some(first.len()) {
        return Ok(first);
    }
    let mut body = BytesMut::with_capacity(room(claimed, first.len()));
    let mut next = Some(Ok(first));
    while let Some(chunk) = next {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => return Err(Unread::Broken(error, body.freeze())),
        };
        if body.len() + chunk.len() > largest {
            return Err(Unread::TooLarge(body.freeze()));
        }
        body.extend_from_slice(&chunk);
        next = payload.next().await;
    }
    Ok(body.freeze())
}

fn broken(error: PayloadError) -> Unread {
    Unread::Broken(error, Bytes::new())
}

fn room(claimed: Option<usize>, first: usize) -> usize {
    claimed.unwrap_or(0).clamp(first, RESERVED_AT_ONCE.max(first))
}

/// What the header says; a chunked body has none. actix refuses one that is no number.
fn claimed_length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use actix_web::FromRequest;
    use actix_web::dev::Payload as Raw;
    use actix_web::test::TestRequest;
    use futures_util::{Stream, stream};

    use super::*;

    /// Reads a body that comes in these pieces under a claimed length, where at most 8 bytes are taken.
    async fn read_pieces(claimed: Option<&str>, pieces: &'static [&'static [u8]]) -> Result<Bytes, Unread> {
        let mut request = TestRequest::post();
        if let Some(length) = claimed {
            request = request.insert_header((CONTENT_LENGTH, length));
        }
        let request = request.to_http_request();
        let pieces = pieces.iter().map(|piece| Ok(Bytes::from_static(piece)));
        let stream: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(stream::iter(pieces));
        let mut raw = Raw::Stream { payload: stream };
        let payload = Payload::from_request(&request, &mut raw).await.unwrap();
        read(&request, payload, 8).await
    }

    #[actix_web::test]
    async fn a_body_is_the_sum_of_its_pieces() {
        assert_eq!(read_pieces(Some("4"), &[b"body"]).await.unwrap(), "body");
        assert_eq!(
            read_pieces(Some("8"), &[b"in", b"", b"pieces"]).await.unwrap(),
            "inpieces"
        );
        assert_eq!(read_pieces(None, &[b"chunked"]).await.unwrap(), "chunked");
        assert_eq!(read_pieces(None, &[]).await.unwrap(), "");
    }

    #[actix_web::test]
    async fn a_body_in_one_piece_is_not_copied() {
        static PIECES: &[&[u8]] = &[b"body"];
        let read = read_pieces(Some("4"), PIECES).await.unwrap();
        assert_eq!(Some(read.as_ptr()), PIECES.first().map(|piece| piece.as_ptr()));
    }

    #[actix_web::test]
    async fn a_claim_that_is_too_large_is_refused_unread_and_a_body_when_it_grows_too_large() {
        let claimed = read_pieces(Some("9"), &[b"123456789"]).await;
        assert!(matches!(claimed, Err(Unread::TooLarge(start)) if start.is_empty()));
        let grown = read_pieces(None, &[b"1234", b"56789"]).await;
        assert!(matches!(grown, Err(Unread::TooLarge(start)) if start == "1234"));
    }
}

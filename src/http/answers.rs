//! The refusals that a route can answer, for the description: sets of kinds, grouped by status.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::header::Header;
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use super::Kind;

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident: $($kind:ident)*;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                described(&[$(Kind::$kind),*])
            }
        }
    )*};
}

answers! {
    /// Of the route that takes deliveries.
    Receiving: InvalidBody MissingSignature BadSignature SlowBody TooLarge Overloaded StoreUnavailable;
    /// Of the route that answers subscription requests.
    Verifying: InvalidParameter WrongVerifyToken;
    /// Of a list.
    Listing: InvalidParameter InvalidCursor MissingKey BadKey Forbidden Internal StoreUnavailable;
    /// Of following the feed.
    Following: InvalidParameter InvalidCursor MissingKey BadKey Forbidden CursorExpired TooManyStreams Internal
        Overloaded StoreUnavailable;
    /// Of the feed.
    FeedListing: InvalidParameter InvalidCursor MissingKey BadKey Forbidden CursorExpired Internal StoreUnavailable;
    /// Of a single thing.
    Reading: InvalidParameter MissingKey BadKey Forbidden NotFound Internal StoreUnavailable;
    /// Of a delivery's bytes.
    ReadingBytes: InvalidParameter MissingKey BadKey Forbidden NotFound Erased Internal StoreUnavailable;
    /// Of what Meta calls back with.
    CallingBack: BadSignedRequest InvalidBody SlowBody TooLarge Internal StoreUnavailable;
    /// Of asking how far a deletion is.
    AskingProgress: NotFound Internal StoreUnavailable;
    /// Of what is read from Meta while the caller waits.
    ReadingLive: InvalidParameter InvalidCursor MissingKey BadKey Forbidden NotFound NotConnected NeedsReconnect
        Restricted RefusedByMeta MissingScope Throttled Internal StoreUnavailable MetaUnavailable;
    /// Of an overview.
    Looking: InvalidParameter MissingKey BadKey Forbidden Internal StoreUnavailable;
    /// Of processing one event again.
    Retrying: InvalidParameter MissingKey BadKey Forbidden NotFound NothingToRetry Internal StoreUnavailable;
    /// Of what takes a body.
    Writing: InvalidParameter InvalidBody MissingKey BadKey Forbidden TooLarge Internal StoreUnavailable;
    /// Of connecting an account.
    Connecting: InvalidParameter InvalidBody MissingKey BadKey Forbidden AccountUnavailable TooLarge
        RefusedByMeta WrongAccount MissingScope MetaUnavailable Internal StoreUnavailable;
    /// Of uploading a file.
    Uploading: InvalidParameter InvalidBody MissingKey BadKey Forbidden SlowBody TooLarge InvalidMedia Internal
        StoreUnavailable;
    /// Of removing an upload.
    RemovingUpload: InvalidParameter MissingKey BadKey Forbidden NotFound UploadNeeded Internal StoreUnavailable;
    /// Of fetching a file by its signed name.
    Fetching: NotFound NoSuchRange Internal StoreUnavailable;
    /// Of asking about it.
    Measuring: NotFound Internal StoreUnavailable;
    /// Of asking for a post.
    Posting: InvalidParameter InvalidBody MissingKey BadKey Forbidden UnknownAccount NotConnected NeedsReconnect Restricted MissingScope
        TooLarge InvalidPost KeyReused Internal StoreUnavailable;
    /// Of changing a post.
    ChangingPost: InvalidParameter InvalidBody MissingKey BadKey Forbidden NotFound WrongState Busy TooLarge
        InvalidPost Internal StoreUnavailable;
    /// Of opening a dialog.
    Authorizing: InvalidParameter MissingKey BadKey Forbidden NotConfigured Internal StoreUnavailable;
    /// Of asking whether the service is ready.
    BeingReady: NotReady;
}

fn described(kinds: &[Kind]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status = BTreeMap::<u16, Vec<Kind>>::new();
    for kind in kinds {
        by_status.entry(kind.row().0.as_u16()).or_default().push(*kind);
    }
    by_status
        .into_iter()
        .map(|(status, kinds)| (status.to_string(), RefOr::T(response(&kinds))))
        .collect()
}

/// Of kinds that share a status.
fn response(kinds: &[Kind]) -> Response {
    let codes: Vec<String> = kinds
        .iter()
        .map(|kind| format!("`{}`: {}", kind.row().1, kind.row().2))
        .collect();
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(kinds.first().map(|kind| kind.example()))
        .build();
    let mut response = ResponseBuilder::new()
        .description(codes.join("; "))
        .content("application/problem+json", problem);
    if kinds.iter().any(|kind| kind.retry_after().is_some()) {
        response = response.header(
            "Retry-After",
            header(Type::Integer, "Seconds after which trying again makes sense"),
        );
    }
    if kinds.iter().any(|kind| kind.asks_for_key()) {
        response = response.header("WWW-Authenticate", header(Type::String, "`Bearer`"));
    }
    response.build()
}

fn header(kind: Type, says: &str) -> Header {
    let mut header = Header::new(Object::with_type(kind));
    header.description = Some(says.to_owned());
    header
}

//! The refusals that a route can answer, for the description: sets of kinds, grouped by status.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
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
    Listing: InvalidParameter InvalidCursor MissingKey BadKey Forbidden StoreUnavailable;
    /// Of a single thing.
    Reading: InvalidParameter MissingKey BadKey Forbidden NotFound StoreUnavailable;
    /// Of an overview.
    Looking: InvalidParameter MissingKey BadKey Forbidden StoreUnavailable;
    /// Of processing one event again.
    Retrying: InvalidParameter MissingKey BadKey Forbidden NotFound NothingToRetry StoreUnavailable;
    /// Of what takes a body.
    Writing: InvalidParameter InvalidBody MissingKey BadKey Forbidden TooLarge StoreUnavailable;
    /// Of connecting an account.
    Connecting: InvalidParameter InvalidBody MissingKey BadKey Forbidden AccountUnavailable TooLarge
        RefusedByMeta WrongAccount MissingScope MetaUnavailable StoreUnavailable;
    /// Of asking whether the service is ready.
    BeingReady: NotReady;
}

fn described(kinds: &[Kind]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status = BTreeMap::<u16, Vec<String>>::new();
    for kind in kinds {
        let (status, code, title) = kind.row();
        let codes = by_status.entry(status.as_u16()).or_default();
        codes.push(format!("`{code}`: {title}"));
    }
    by_status
        .into_iter()
        .map(|(status, codes)| {
            let problem = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name("Problem")))
                .build();
            let response = ResponseBuilder::new()
                .description(codes.join("; "))
                .content("application/problem+json", problem)
                .build();
            (status.to_string(), RefOr::T(response))
        })
        .collect()
}

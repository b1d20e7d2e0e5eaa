//! The id in a route's path.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use uuid::Uuid;

use super::Problem;

/// The `{id}` of the path.
pub struct Id<T>(pub T);

impl<T: From<Uuid>> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        ready(
            Uuid::parse_str(text)
                .map(|id| Self(T::from(id)))
                .map_err(|_| Problem::parameter("id", "not an id: expected a UUID")),
        )
    }
}

/// The `{id}` of the path where it is one of Meta's: digits.
pub struct MetaId(pub String);

/// Meta's ids have 17 digits or so; none has so many.
const LONGEST: usize = 40;

impl FromRequest for MetaId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        let fits = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
        let wrong = || Problem::parameter("id", "not an id of Meta's: expected digits");
        ready(fits.then(|| Self(text.to_owned())).ok_or_else(wrong))
    }
}

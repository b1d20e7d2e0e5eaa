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

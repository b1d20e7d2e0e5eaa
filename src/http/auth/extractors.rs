//! What a route asks of a caller: an argument of its handler says so.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::caller::Caller;
use crate::http::{Kind, Problem};
use crate::store::Scope;

macro_rules! extractors {
    ($($(#[$doc:meta])* $name:ident = $scope:ident;)*) => {$(
        $(#[$doc])*
        pub struct $name(Caller);

        impl Deref for $name {
            type Target = Caller;

            fn deref(&self) -> &Caller {
                &self.0
            }
        }

        impl FromRequest for $name {
            type Error = Problem;
            type Future = Ready<Result<Self, Problem>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(permitted(request, Scope::$scope).map(Self))
            }
        }
    )*};
}

extractors! {
    /// Somebody who may look.
    Reader = Read;
    /// Somebody who may retry and replay.
    Writer = Write;
    /// Somebody who may connect accounts.
    Admin = Admin;
    /// Somebody who may do everything, in every workspace.
    Operator = Operator;
}

fn permitted(request: &HttpRequest, needed: Scope) -> Result<Caller, Problem> {
    let caller = request
        .extensions()
        .get::<Caller>()
        .cloned()
        .ok_or_else(|| Kind::MissingKey.because("send the header Authorization: Bearer KEY"))?;
    if caller.scope >= needed {
        Ok(caller)
    } else {
        Err(Kind::Forbidden.because(format!(
            "this takes a key with the scope {}; this one has {}",
            needed.as_str(),
            caller.scope.as_str()
        )))
    }
}

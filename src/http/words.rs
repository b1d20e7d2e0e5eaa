//! The words that a request may use, for the description: clients and the page at `/docs` offer them.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::{Login, Outcome, State};
use crate::store::{ReplaySource, Scope};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident, $called:literal = $words:expr;)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                one_of($words)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($called)
            }
        }
    )*};
}

words! {
    /// Of an event's state.
    StateWord, "State" = State::ALL.iter().map(|state| state.as_str());
    /// Of an event's outcome.
    OutcomeWord, "Outcome" = Outcome::ALL.iter().map(|outcome| outcome.as_str());
    /// Of a delivery's state, and of what was never kept as one.
    DeliveryWord, "DeliveryState" = ["received", "unpacked", "unreadable", "quarantined"];
    /// Of a login product.
    LoginWord, "Login" = Login::ALL.map(Login::as_str);
    /// Of what a key may do.
    ScopeWord, "Scope" = [Scope::Read, Scope::Write, Scope::Admin, Scope::Operator].map(Scope::as_str);
    /// Of what a replay reads.
    SourceWord, "ReplaySource" = [ReplaySource::Events, ReplaySource::Raw].map(ReplaySource::as_str);
}

fn one_of(words: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .into()
}

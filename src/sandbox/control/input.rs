//! A control request's body, taken field by field, so that a mistake is told with the name of its field.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::sandbox::world::{AccountRecord, World};

/// A JSON object under reading.
#[derive(Debug)]
pub(crate) struct Input(Map<String, Value>);

impl Input {
    /// Of a body; an empty one is an empty object.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Problem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(Problem::field("body", "expected a JSON object")),
            Err(error) => Err(Problem::field("body", error.to_string())),
        }
    }

    /// Takes a field that may be missing or null.
    pub(crate) fn optional<T: DeserializeOwned>(
        &mut self,
        field: &'static str,
    ) -> Result<Option<T>, Problem> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value)
                .map(Some)
                .map_err(|error| Problem::field(field, error.to_string())),
        }
    }

    /// Takes a field, or what stands for it.
    pub(crate) fn or<T: DeserializeOwned>(&mut self, field: &'static str, missing: T) -> Result<T, Problem> {
        Ok(self.optional(field)?.unwrap_or(missing))
    }

    /// Takes a field that must be there.
    pub(crate) fn required<T: DeserializeOwned>(&mut self, field: &'static str) -> Result<T, Problem> {
        self.optional(field)?
            .ok_or_else(|| Problem::field(field, "is required"))
    }

    /// The rest of the fields as one value.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.0
    }

    /// Everything was taken: a field that nobody knows is a mistake, too.
    pub(crate) fn done(self) -> Result<(), Problem> {
        match self.0.into_iter().next() {
            Some((field, _)) => Err(Problem::field(&field, "is not known here")),
            None => Ok(()),
        }
    }
}

/// The account that a path names.
pub(crate) fn account_of_path<'w>(world: &'w World, name: &str) -> Result<&'w AccountRecord, Problem> {
    world.account_called(name).ok_or_else(|| Problem::NotFound {
        what: "account",
        name: name.to_owned(),
    })
}

/// The account of a name, or the only one there is.
pub(crate) fn account<'w>(world: &'w World, name: Option<&str>) -> Result<&'w AccountRecord, Problem> {
    if let Some(name) = name {
        let missing = || Problem::field("account", format!("no account {name}"));
        return world.account_called(name).ok_or_else(missing);
    }
    let mut all = world.accounts.values();
    match (all.next(), all.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Problem::field("account", "there is no account yet")),
        (Some(_), Some(_)) => Err(Problem::field("account", "is required: there are several")),
    }
}

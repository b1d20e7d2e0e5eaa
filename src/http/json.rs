//! Stored JSON on its way out: as it is, not parsed and written again.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A stored text: answered as JSON if it is some, else as a string.
#[derive(Debug)]
pub struct Json(Result<Box<RawValue>, String>);

impl From<String> for Json {
    fn from(text: String) -> Self {
        match serde_json::from_str::<&RawValue>(&text) {
            Ok(raw) => Self(Ok(raw.to_owned())),
            Err(_) => Self(Err(text)),
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(raw) => raw.serialize(to),
            Err(text) => text.serialize(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_as_it_is_and_anything_else_becomes_a_string() {
        for (stored, answered) in [
            (
                r#"{"text":"caf\u00e9 \/ \ud83d","n":1.50}"#,
                r#"{"text":"caf\u00e9 \/ \ud83d","n":1.50}"#,
            ),
            (" [1, 2] ", "[1, 2]"),
            (r#"{"cut": "#, r#""{\"cut\": ""#),
            ("", r#""""#),
        ] {
            assert_eq!(
                serde_json::to_string(&Json::from(stored.to_owned())).unwrap(),
                answered
            );
        }
    }
}

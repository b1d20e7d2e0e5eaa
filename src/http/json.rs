//! Stored JSON on its way out: as it is, not parsed and written again, as far as strict readers take it.
//!
//! Meta cuts texts between the halves of a surrogate pair, and our own reading is lenient. An answer must not be:
//! one such payload would make a whole page unreadable. What is stored stays as it came.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// An escape is `\u` and four digits.
const ESCAPE: usize = 6;

/// A stored text: answered as JSON if it is some that strict readers take, else as a string.
#[derive(Debug)]
pub struct Json(Result<Box<RawValue>, String>);

impl From<String> for Json {
    fn from(text: String) -> Self {
        let whole = without_halves(&text);
        // Numbers beyond a float and bottomless nesting are JSON, too, but not to every reader.
        match serde_json::from_str::<Value>(&whole).and_then(|_| serde_json::from_str::<&RawValue>(&whole)) {
            Ok(raw) => Self(Ok(raw.to_owned())),
            Err(_) => Self(Err(text)),
        }
    }
}

/// The same with U+FFFD for each half of a surrogate pair that stands alone.
fn without_halves(json: &str) -> Cow<'_, str> {
    let mut whole = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        at += match (unit(json, at), unit(json, at + ESCAPE)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 2 * ESCAPE,
            (Some(0xD800..=0xDFFF), _) => {
                whole.push_str(json.get(copied..at).unwrap_or_default());
                whole.push_str("\\ufffd");
                copied = at + ESCAPE;
                ESCAPE
            }
            _ => 2,
        };
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    whole.push_str(json.get(copied..).unwrap_or_default());
    Cow::Owned(whole)
}

/// The UTF-16 unit of the escape that stands there, if one does.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
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

    fn answered(stored: &str) -> String {
        serde_json::to_string(&Json::from(stored.to_owned())).unwrap()
    }

    #[test]
    fn json_stays_as_it_is_and_anything_else_becomes_a_string() {
        for (stored, expected) in [
            (
                r#"{"text":"caf\u00e9 \/ \ud83d\ude0d","n":1.50}"#,
                r#"{"text":"caf\u00e9 \/ \ud83d\ude0d","n":1.50}"#,
            ),
            (" [1, 2] ", "[1, 2]"),
            (r#"{"cut": "#, r#""{\"cut\": ""#),
            ("", r#""""#),
            ("[1e400]", r#""[1e400]""#),
        ] {
            assert_eq!(answered(stored), expected);
        }
    }

    #[test]
    fn half_of_a_surrogate_pair_is_replaced() {
        for (stored, expected) in [
            (r#"{"\ud83d":"a\uDE0Db"}"#, r#"{"\ufffd":"a\ufffdb"}"#),
            (r#""\ude0d\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude0d""#, r#""\ufffd\ud83d\ude0d""#),
            (r#""\ud83d\n\u0041""#, r#""\ufffd\n\u0041""#),
            (r#""\\ud83d \\\ud83d""#, r#""\\ud83d \\\ufffd""#),
            (r#""ä\ud83dä""#, r#""ä\ufffdä""#),
        ] {
            assert_eq!(answered(stored), expected);
            serde_json::from_str::<Value>(expected).unwrap();
        }
    }

    #[test]
    fn what_is_nested_deeper_than_readers_go_becomes_a_string() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(answered(&deep), format!("\"{deep}\""));
    }
}

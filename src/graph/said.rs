//! What an error answer says, in each of Meta's shapes (graph-limits-and-errors.md §4, graph-oauth.md §2.2).

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::lenient::Members;

/// The parts of an error answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) kind: Option<String>,
    pub(super) code: Option<i64>,
    pub(super) subcode: Option<i64>,
    pub(super) transient: bool,
    pub(super) message: String,
    pub(super) trace_id: Option<String>,
}

impl Said {
    /// The error in an answer, if it has one: an object under `error`, a bare text there, what the host for uploads tells
    /// under `debug_info` (graph-publishing.md §4), or the flat form of the token endpoints. `error_message` alone is
    /// none: containers carry it.
    pub(super) fn find(members: &Members<'_>) -> Option<Self> {
        let value = |raw: &&RawValue| serde_json::from_str::<Value>(raw.get()).ok();
        match members.get("error").and_then(value) {
            None | Some(Value::Null) => {}
            Some(Value::Object(error)) => return Some(Self::nested(&error)),
            Some(other) => {
                return Some(Self {
                    message: words(&other),
                    ..Self::default()
                });
            }
        }
        if let Some(Value::Object(info)) = members.get("debug_info").and_then(value) {
            return Some(Self::of_upload(&info));
        }
        let kind = members.get("error_type").and_then(value)?;
        Some(Self {
            kind: Some(words(&kind)),
            code: members.get("code").and_then(value).as_ref().and_then(integer),
            message: members
                .get("error_message")
                .and_then(value)
                .as_ref()
                .map(words)
                .unwrap_or_default(),
            ..Self::default()
        })
    }

    fn of_upload(info: &Map<String, Value>) -> Self {
        Self {
            kind: info.get("type").map(words),
            transient: matches!(info.get("retriable"), Some(Value::Bool(true))),
            message: info.get("message").map(words).unwrap_or_default(),
            ..Self::default()
        }
    }

    fn nested(error: &Map<String, Value>) -> Self {
        let text = |name| error.get(name).filter(|value| !value.is_null()).map(words);
        Self {
            kind: text("type"),
            code: error.get("code").and_then(integer),
            subcode: error.get("error_subcode").and_then(integer),
            transient: matches!(error.get("is_transient"), Some(Value::Bool(true))),
            message: text("message").unwrap_or_default(),
            trace_id: text("fbtrace_id"),
        }
    }
}

/// A number, negative or not, or its text.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(json: &str) -> Option<Said> {
        Said::find(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn codes_are_read_as_numbers_and_texts() {
        let expected = Said {
            kind: Some("OAuthException".to_owned()),
            code: Some(-2),
            subcode: Some(2_207_003),
            transient: true,
            message: "too slow".to_owned(),
            trace_id: Some("AbC".to_owned()),
        };
        for (code, subcode) in [("-2", "2207003"), ("\"-2\"", "\"2207003\"")] {
            let json = format!(
                r#"{{"error":{{"message":"too slow","type":"OAuthException","code":{code},"error_subcode":
                {subcode},"is_transient":true,"error_data":{{}},"fbtrace_id":"AbC"}}}}"#
            );
            assert_eq!(find(&json).as_ref(), Some(&expected));
        }
    }

    #[test]
    fn a_bare_text_and_the_flat_form_are_errors() {
        assert_eq!(find(r#"{"error":"broken"}"#).unwrap().message, "broken");
        let flat = find(r#"{"error_type":"OAuthException","code":400,"error_message":"code used"}"#).unwrap();
        assert_eq!((flat.code, flat.message.as_str()), (Some(400), "code used"));
    }

    #[test]
    fn an_upload_that_failed_tells_whether_to_try_again() {
        let failed = |retriable| {
            let json = format!(
                r#"{{"debug_info":{{"retriable":{retriable},"type":"ProcessingFailedError","message":"cut off"}}}}"#
            );
            find(&json).unwrap()
        };
        assert!(failed("true").transient && !failed("false").transient);
        assert_eq!(failed("false").kind.as_deref(), Some("ProcessingFailedError"));
        assert_eq!(failed("false").message, "cut off");
    }

    #[test]
    fn an_error_without_parts_is_still_one() {
        assert_eq!(find(r#"{"error":{}}"#), Some(Said::default()));
        assert_eq!(
            find(r#"{"error":{"message":null,"code":null,"is_transient":"x"}}"#),
            Some(Said::default())
        );
    }

    #[test]
    fn other_answers_carry_none() {
        assert_eq!(find(r#"{"id":"1","error":null}"#), None);
        assert_eq!(
            find(r#"{"id":"1","status":"ERROR","error_message":"FAILED"}"#),
            None
        );
    }
}

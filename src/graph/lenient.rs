//! Reading what Meta writes in more than one way: ids as text or number, times with any offset.
//!
//! Only an id can be missing in a way that matters; every other value that cannot be read is unknown.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::domain::Timestamp;

/// The members of an object as they came; of a key given twice the last one.
pub(super) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// An id, text or number, digit by digit.
pub(super) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    scalar(<&RawValue>::deserialize(from)?)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| D::Error::custom("no id"))
}

/// A text, or a number's digits.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(scalar(<&RawValue>::deserialize(from)?))
}

/// A whole number, or its text.
pub(super) fn count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(scalar(<&RawValue>::deserialize(from)?).and_then(|digits| digits.parse().ok()))
}

/// True or false.
pub(super) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Ok(<&RawValue>::deserialize(from)?.get().parse().ok())
}

/// A time as Meta writes it, or seconds since 1970.
pub(super) fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text = scalar(<&RawValue>::deserialize(from)?);
    Ok(text.and_then(|text| {
        Timestamp::parse_meta(&text).or_else(|| text.parse().ok().map(Timestamp::from_seconds))
    }))
}

/// An object inside an object; one without id, or empty, is unknown.
pub(super) fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_str(<&RawValue>::deserialize(from)?.get()).ok())
}

/// The same object without one member: what an expansion brought along is kept where it belongs.
pub(super) fn without(raw: &RawValue, member: &str) -> String {
    #[derive(Serialize)]
    #[serde(transparent)]
    struct Rest<'a>(Members<'a>);

    let rest = serde_json::from_str::<Members<'_>>(raw.get())
        .ok()
        .and_then(|mut members| {
            members.remove(member)?;
            serde_json::to_string(&Rest(members)).ok()
        });
    rest.unwrap_or_else(|| raw.get().to_owned())
}

/// A text with what no database takes replaced (NUL, half of a surrogate pair), or a number's digits.
fn scalar(raw: &RawValue) -> Option<String> {
    let json = raw.get();
    match json.bytes().next()? {
        b'"' => serde_json::Deserializer::from_str(json)
            .deserialize_bytes(Lossy)
            .ok(),
        b'-' | b'0'..=b'9' => Some(json.to_owned()),
        _ => None,
    }
}

struct Lossy;

impl Visitor<'_> for Lossy {
    type Value = String;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Sample {
        #[serde(deserialize_with = "text")]
        text: Option<String>,
        #[serde(deserialize_with = "count")]
        count: Option<i64>,
        #[serde(deserialize_with = "flag")]
        flag: Option<bool>,
        #[serde(deserialize_with = "time")]
        time: Option<Timestamp>,
    }

    fn read(json: &str) -> Sample {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn values_are_read_in_every_form() {
        let time = Some(Timestamp::from_seconds(1_772_615_700));
        let expected = Sample {
            text: Some("17".to_owned()),
            count: Some(5),
            flag: Some(true),
            time,
        };
        assert_eq!(
            read(r#"{"text":17,"count":"5","flag":true,"time":"2026-03-04T09:15:00+0000"}"#),
            expected
        );
        assert_eq!(
            read(r#"{"text":"17","count":5,"flag":true,"time":1772615700}"#),
            expected
        );
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        assert_eq!(
            read(r#"{"text":{},"count":1.5,"flag":"perhaps","time":[]}"#),
            Sample::default()
        );
        assert_eq!(
            read(r#"{"text":null,"count":null,"flag":null,"time":null}"#),
            Sample::default()
        );
    }

    #[test]
    fn no_text_is_refused_for_its_characters() {
        let text = |json: &str| read(json).text.unwrap();
        assert_eq!(text(r#"{"text":"a\u0000b"}"#), "a\u{fffd}b");
        assert_eq!(text(r#"{"text":"\ud83d\ude00 \/ \u00e4"}"#), "\u{1f600} / ä");
        assert!(text(r#"{"text":"cut \ud83d"}"#).starts_with("cut \u{fffd}"));
    }

    #[test]
    fn an_id_keeps_every_digit() {
        #[derive(Deserialize)]
        struct Node {
            #[serde(deserialize_with = "id")]
            id: String,
        }
        for json in [
            r#"{"id":178414000000000019999}"#,
            r#"{"id":"178414000000000019999"}"#,
        ] {
            assert_eq!(
                serde_json::from_str::<Node>(json).unwrap().id,
                "178414000000000019999"
            );
        }
        for json in [r#"{"id":null}"#, r#"{"id":""}"#, "{}", "[]", "true"] {
            assert!(serde_json::from_str::<Node>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_member_is_taken_out_and_the_rest_stays_as_it_came() {
        let raw: &RawValue = serde_json::from_str(r#"{"id":"1","n":1.50,"replies":{"data":[]}}"#).unwrap();
        assert_eq!(without(raw, "replies"), r#"{"id":"1","n":1.50}"#);
        assert_eq!(without(raw, "absent"), raw.get());
    }
}

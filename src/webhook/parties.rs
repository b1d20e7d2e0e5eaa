//! Who takes part in an item, and whether bytes name an id: what erasing a person's data goes by.

use serde_json::value::RawValue;

use super::json::{self, Object};

/// The ids of the people in an item's payload: who wrote it, and who sent or got it.
pub fn parties(payload: &str) -> Vec<String> {
    let Some(item) = serde_json::from_str::<&RawValue>(payload)
        .ok()
        .and_then(Object::read)
    else {
        return Vec::new();
    };
    let values = item
        .get("value")
        .map(|value| json::list(value).unwrap_or(vec![value]));
    let values = values.unwrap_or_default().into_iter().filter_map(Object::read);
    values.chain([item]).flat_map(|part| people(&part)).collect()
}

fn people(part: &Object<'_>) -> Vec<String> {
    ["from", "sender", "recipient"]
        .into_iter()
        .filter_map(|name| part.object(name)?.id("id"))
        .collect()
}

/// Whether the id stands in these bytes as a word of its own, in whatever form they are.
pub fn mentions_id(bytes: &[u8], id: &str) -> bool {
    let id = id.as_bytes();
    if id.is_empty() {
        return false;
    }
    let ends = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    bytes.windows(id.len()).enumerate().any(|(at, found)| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        found == id && ends(before) && ends(bytes.get(at + id.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_takes_part_is_found_wherever_the_item_stood() {
        for (payload, expected) in [
            (
                r#"{"field":"comments","value":{"id":"1","from":{"id":"500","username":"a"}}}"#,
                vec!["500"],
            ),
            (
                r#"{"field":"comments","value":[{"from":{"id":500}}]}"#,
                vec!["500"],
            ),
            (
                r#"{"sender":{"id":"500"},"recipient":{"id":"17"},"message":{"mid":"m","text":"from 9"}}"#,
                vec!["500", "17"],
            ),
            (
                r#"{"field":"messages","value":{"sender":{"id":"5"},"message":{}}}"#,
                vec!["5"],
            ),
            (r#"{"field":"mentions","value":{"media_id":"18"}}"#, vec![]),
            (r#""comments""#, vec![]),
            ("{", vec![]),
        ] {
            assert_eq!(parties(payload), expected, "{payload}");
        }
    }

    #[test]
    fn an_id_is_found_as_a_word_and_not_within_another() {
        for (bytes, found) in [
            (&br#"{"id":"17841"}"#[..], true),
            (b"17841", true),
            (br#"{"id":17841,"x":1}"#, true),
            (b"\xff\x0017841\xff", true),
            (br#"{"id":"178412"}"#, false),
            (br#"{"id":"217841"}"#, false),
            (br#"{"mid":"a17841"}"#, false),
            (br#"{"id":"217841","from":"17841"}"#, true),
            (b"1784", false),
            (b"", false),
        ] {
            assert_eq!(mentions_id(bytes, "17841"), found, "{bytes:?}");
        }
        assert!(!mentions_id(b"anything", ""));
    }
}

//! What texts, ids and numbers may be written as.

use rstest::rstest;

use super::{Content, change, item};
use crate::webhook::Comment;

fn comment(value: &str) -> Comment {
    match change("comments", value).content {
        Content::Comment(comment) => comment,
        other => panic!("not a comment: {other:?}"),
    }
}

#[rstest]
#[case::as_it_is("plain", "plain")]
#[case::escaped_slash(r"a\/b", "a/b")]
#[case::lower_case_hex(r"\u00e4\u00f6", "äö")]
#[case::upper_case_hex(r"\u003C3 \u00E4", "<3 ä")]
#[case::surrogate_pair(r"\ud83d\ude0d", "😍")]
#[case::raw_utf8("😍é", "😍é")]
#[case::every_short_escape(r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t")]
#[case::nul(r"a\u0000b", "a\u{FFFD}b")]
#[case::high_surrogate_alone(r"a\ud83db", "a\u{FFFD}b")]
#[case::low_surrogate_alone(r"a\ude0db", "a\u{FFFD}b")]
#[case::surrogates_reversed(r"\ude0d\ud83d", "\u{FFFD}\u{FFFD}")]
#[case::high_before_pair(r"\ud83d\ud83d\ude0d", "\u{FFFD}😍")]
#[case::high_before_escape(r"\ud83d\n", "\u{FFFD}\n")]
#[case::high_before_letter(r"\ud83d\u0041", "\u{FFFD}A")]
#[case::last_of_hangul_is_no_surrogate(r"\ud7a3\ud800", "\u{D7A3}\u{FFFD}")]
fn a_text_is_decoded_and_can_be_stored(#[case] source: &str, #[case] text: &str) {
    assert_eq!(
        comment(&format!(r#"{{"id":"1","text":"{source}"}}"#))
            .text
            .as_deref(),
        Some(text)
    );
}

#[rstest]
#[case::text(r#""17900000000000018""#, Some("17900000000000018"))]
#[case::number("17900000000000018", Some("17900000000000018"))]
#[case::beyond_every_integer("123456789012345678901234567890", Some("123456789012345678901234567890"))]
#[case::escaped_digits(r#""\u0031\u0032""#, Some("12"))]
#[case::empty(r#""""#, None)]
#[case::null("null", None)]
#[case::fraction("1.0", None)]
#[case::exponent("1e17", None)]
#[case::negative("-1", None)]
#[case::list("[1]", None)]
#[case::object("{}", None)]
#[case::truth("true", None)]
fn an_id_is_a_text_or_whole_digits(#[case] source: &str, #[case] id: Option<&str>) {
    let item = change("comments", &format!(r#"{{"id":{source}}}"#));
    match id {
        Some(id) => assert_eq!(item.key, id),
        None => assert_eq!(
            item.content,
            Content::Unreadable("the comment has no id".to_owned())
        ),
    }
}

#[test]
fn the_id_under_its_other_name_serves_where_the_first_is_empty() {
    assert_eq!(comment(r#"{"id":null,"comment_id":7}"#).id, "7");
    assert_eq!(comment(r#"{"id":"6","comment_id":7}"#).id, "6");
}

#[test]
fn parts_of_another_type_are_absent_and_the_comment_lives() {
    let odd = comment(r#"{"id":"1","text":7,"from":"anna","media":[{"id":"2"}],"parent_id":{}}"#);
    let bare = comment(r#"{"id":"1"}"#);
    assert_eq!(odd, bare);
}

#[test]
fn an_escaped_key_is_the_key() {
    assert_eq!(
        comment(r#"{"\u0069d":"1","te\u0078t":"seen"}"#).text.as_deref(),
        Some("seen")
    );
}

#[test]
fn of_equal_keys_the_last_wins_however_they_are_written() {
    assert_eq!(
        comment(r#"{"id":"1","text":"a","\u0074ext":"b"}"#)
            .text
            .as_deref(),
        Some("b")
    );
    assert_eq!(comment(r#"{"id":"1","text":"a","text":null}"#).text, None);
}

#[test]
fn an_id_too_long_for_an_index_is_no_id() {
    let long = "9".repeat(513);
    assert!(matches!(
        change("comments", &format!(r#"{{"id":"{long}"}}"#)).content,
        Content::Unreadable(_)
    ));
    assert_eq!(comment(&format!(r#"{{"id":"{}"}}"#, &long[1..])).id.len(), 512);
}

#[test]
fn a_field_name_too_long_for_an_index_is_none() {
    let name = "f".repeat(129);
    assert!(matches!(change(&name, "{}").content, Content::Unreadable(_)));
    assert_eq!(change(&name[1..], "{}").content, Content::Stored);
}

#[test]
fn a_key_too_long_for_an_index_is_its_fingerprint() {
    let mid = "m".repeat(512);
    let reaction = format!(r#"{{"sender":{{"id":"{mid}"}},"reaction":{{"mid":"{mid}","action":"react"}}}}"#);
    let key = item("messaging", &reaction).key;
    assert!(key.starts_with("sha256:") && key.len() == 71, "{key}");
}

#[test]
fn the_payload_is_the_slice_as_it_was_sent() {
    let source = r#"{ "field" : "follow", "value": {"b":1,  "a":"\u00e4\/\u0000\ud83d", "a":1e400} }"#;
    assert_eq!(item("changes", source).payload, source);
}

#[test]
fn flags_may_be_texts() {
    for (flag, expected) in [
        ("true", true),
        ("\"true\"", true),
        ("false", false),
        ("\"false\"", false),
        ("1", false),
    ] {
        let item = item(
            "messaging",
            &format!(r#"{{"message":{{"mid":"m","is_unsupported":{flag}}}}}"#),
        );
        assert!(
            matches!(item.content, Content::Message(message) if message.is_unsupported == expected),
            "{flag}"
        );
    }
}

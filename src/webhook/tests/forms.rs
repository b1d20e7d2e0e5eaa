//! An id is the same as a text and as a number, and a moment in each of the forms that Meta sends.

use proptest::prelude::*;
use proptest::sample::select;

use super::{Item, items};
use crate::domain::Timestamp;

/// An id's digits: also more than any number type holds.
fn digits() -> impl Strategy<Value = String> {
    "[1-9][0-9]{0,40}"
}

/// An item whose key is made of ids alone, with `ID` where they stand.
fn with_ids() -> impl Strategy<Value = (&'static str, &'static str)> {
    select(vec![
        (
            "changes",
            r#"{"field":"comments","value":{"id":ID,"from":{"id":ID},"parent_id":ID,"media":{"id":ID}}}"#,
        ),
        (
            "changes",
            r#"{"field":"live_comments","value":{"comment_id":ID}}"#,
        ),
        (
            "changes",
            r#"{"field":"mentions","value":{"media_id":ID,"comment_id":ID}}"#,
        ),
        (
            "messaging",
            r#"{"sender":{"id":ID},"recipient":{"id":ID},"timestamp":5,"message":{"mid":ID}}"#,
        ),
        ("messaging", r#"{"message_edit":{"mid":ID,"num_edit":1}}"#),
        (
            "messaging",
            r#"{"sender":{"id":ID},"reaction":{"mid":ID,"action":"react"}}"#,
        ),
        ("messaging", r#"{"postback":{"mid":ID}}"#),
        ("messaging", r#"{"sender":{"id":ID},"read":{"mid":ID}}"#),
        ("standby", r#"{"sender":{"id":ID},"message":{"mid":ID}}"#),
    ])
}

fn only(entry_id: &str, time: &str, place: &str, item: &str) -> Item {
    let body = format!(r#"{{"entry":[{{"id":{entry_id},"time":{time},"{place}":[{item}]}}]}}"#);
    items(&body).pop().unwrap()
}

fn occurring(entry_time: &str, timestamp: &str) -> (Option<Timestamp>, Option<Timestamp>) {
    let item = format!(r#"{{"timestamp":{timestamp},"message":{{"mid":"m"}}}}"#);
    let item = only("1", entry_time, "messaging", &item);
    (item.sent_at, item.occurred_at)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn an_id_as_a_number_is_that_id_as_a_text(id in digits(), account in digits(), (place, item) in with_ids()) {
        let text = |id: &str| format!("\"{id}\"");
        let as_text = only(&text(&account), "1", place, &item.replace("ID", &text(&id)));
        let as_number = only(&account, "1", place, &item.replace("ID", &id));
        prop_assert_eq!(&as_text.entry_id, &account);
        prop_assert_eq!(as_text.entry_id, as_number.entry_id);
        prop_assert!(as_text.key.contains(&id), "{}", as_text.key);
        prop_assert_eq!(as_text.key, as_number.key);
        prop_assert_eq!(as_text.field, as_number.field);
        prop_assert_eq!(as_text.content, as_number.content);
    }

    #[test]
    fn a_moment_is_the_same_in_seconds_milliseconds_and_as_a_text(seconds in 100_000_000_i64..100_000_000_000) {
        let expected = Some(Timestamp::from_seconds(seconds));
        for form in [
            format!("{seconds}"),
            format!("\"{seconds}\""),
            format!("{}", 1_000 * seconds),
            format!("\"{}\"", 1_000 * seconds),
        ] {
            prop_assert_eq!(occurring(&form, &form), (expected, expected), "{}", form);
        }
    }

    #[test]
    fn any_number_is_a_moment_that_can_be_written_or_none(time in any::<i64>()) {
        let text = time.to_string();
        let (sent_at, occurred_at) = occurring(&text, &text);
        prop_assert_eq!(sent_at, occurred_at);
        if let Some(at) = sent_at {
            prop_assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at);
        }
    }
}

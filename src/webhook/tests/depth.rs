//! Bodies that are large or deep.

use super::{Content, body, change, delivery, items, unpack};

const DEPTH: usize = 100_000;

fn nested(inner: &str) -> String {
    format!("{}{inner}{}", "[".repeat(DEPTH), "]".repeat(DEPTH))
}

#[test]
fn a_body_of_a_hundred_thousand_brackets_is_refused_without_harm() {
    for text in [
        nested(""),
        "[".repeat(DEPTH),
        "{\"a\":".repeat(DEPTH),
        "[{\"entry\":".repeat(DEPTH),
    ] {
        assert!(unpack(delivery(), text.as_bytes()).is_err());
    }
}

#[test]
fn a_value_of_any_depth_is_kept_whole_and_costs_its_siblings_nothing() {
    let deep = nested("{}");
    let both = format!(
        r#"{{"field":"follow","value":{deep}}},{{"field":"comments","value":{{"id":"1","extra":{deep}}}}}"#
    );
    let items = items(&body("changes", &both));
    assert_eq!(items.len(), 2);
    assert!(items[0].payload.contains(&deep));
    assert_eq!(items[1].key, "1");
}

#[test]
fn nested_objects_do_not_overflow_either() {
    let deep = format!("{}1{}", r#"{"a":"#.repeat(DEPTH), "}".repeat(DEPTH));
    for field in ["follow", "comments", "story_insights", "messages"] {
        change(field, &deep);
    }
}

#[test]
fn a_thousand_updates_are_a_thousand_items() {
    let changes: Vec<_> = (0..1_000)
        .map(|n| {
            format!(r#"{{"field":"comments","value":{{"id":"1790000000000{n:04}","text":"caf\u00e9 {n}"}}}}"#)
        })
        .collect();
    let items = items(&body("changes", &changes.join(",")));
    assert_eq!(items.len(), 1_000);
    for (n, item) in items.iter().enumerate() {
        assert_eq!(item.position, i64::try_from(n).unwrap());
        assert_eq!(item.path, format!("entry[0].changes[{n}]"));
        assert_eq!(item.key, format!("1790000000000{n:04}"));
        assert!(
            matches!(&item.content, Content::Comment(comment) if comment.text == Some(format!("café {n}")))
        );
    }
}

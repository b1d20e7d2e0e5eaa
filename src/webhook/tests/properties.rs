//! What holds for every body.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::{delivery, items, unpack};
use crate::webhook::Item;

/// Names that the room looks for, and others.
fn name() -> impl Strategy<Value = String> {
    let known = select(vec![
        "object",
        "entry",
        "id",
        "time",
        "changes",
        "messaging",
        "standby",
        "changed_fields",
        "field",
        "value",
        "comment_id",
        "text",
        "from",
        "media",
        "media_id",
        "sender",
        "recipient",
        "timestamp",
        "message",
        "mid",
        "reaction",
        "postback",
        "read",
        "referral",
        "optin",
        "message_edit",
        "num_edit",
        "app_roles",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn scalar() -> impl Strategy<Value = Value> {
    let field = select(vec![
        "comments",
        "mentions",
        "story_insights",
        "messages",
        "standby",
        "follow",
        "0",
        "",
    ]);
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        field.prop_map(Value::from),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(6, 96, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(name(), inner, 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The lists of an entry, each with arbitrary elements.
fn entry() -> impl Strategy<Value = Value> {
    let lists = vec(vec(tree(), 0..5), 4);
    (scalar(), scalar(), lists).prop_map(|(id, time, lists)| {
        let mut entry = Map::from_iter([("id".to_owned(), id), ("time".to_owned(), time)]);
        for (place, list) in ["changes", "messaging", "standby", "changed_fields"]
            .into_iter()
            .zip(lists)
        {
            entry.insert(place.to_owned(), list.into());
        }
        entry.into()
    })
}

fn change() -> impl Strategy<Value = Value> {
    let field = select(vec![
        "comments",
        "live_comments",
        "mentions",
        "story_insights",
        "messages",
        "follow",
    ]);
    let value = btree_map(name(), tree(), 0..8);
    (field, value, "[0-9]{17}").prop_map(|(field, mut value, id)| {
        value.insert("id".to_owned(), Value::from(id.clone()));
        value.insert("message".to_owned(), json!({ "mid": id }));
        value.insert("media_id".to_owned(), Value::from(id));
        json!({ "field": field, "value": value })
    })
}

fn batch(changes: &[Value]) -> Value {
    json!({ "object": "instagram", "entry": [{ "id": "17841400000000001", "time": 1_760_000_000, "changes": changes }] })
}

/// The same value, every character of its texts escaped and its keys in the opposite order.
fn respelled(value: &Value) -> String {
    match value {
        Value::String(text) => escaped(text),
        Value::Array(list) => format!("[{}]", list.iter().map(respelled).collect::<Vec<_>>().join(" , ")),
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .rev()
                .map(|(name, value)| format!("{} : {}", escaped(name), respelled(value)))
                .collect();
            format!("{{ {} }}", members.join(","))
        }
        other => other.to_string(),
    }
}

fn escaped(text: &str) -> String {
    let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!("\"{}\"", units.collect::<Vec<_>>().concat())
}

fn what_it_is(item: &Item) -> (String, String, String, [u8; 32]) {
    (
        item.entry_id.clone(),
        item.field.to_string(),
        item.key.clone(),
        item.hash,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn no_bytes_make_it_panic(body in vec(any::<u8>(), 0..256)) {
        let _ = unpack(delivery(), &body);
    }

    #[test]
    fn no_text_of_brackets_and_quotes_makes_it_panic(body in r#"[\[\]{}",:0-9entry\\u ]{0,80}"#) {
        let _ = unpack(delivery(), body.as_bytes());
    }

    #[test]
    fn no_tree_makes_it_panic(body in tree()) {
        let _ = unpack(delivery(), body.to_string().as_bytes());
    }

    #[test]
    fn a_body_with_a_list_of_entries_is_always_unpacked(entries in vec(tree(), 0..5)) {
        let body = json!({ "entry": entries }).to_string();
        prop_assert!(unpack(delivery(), body.as_bytes()).is_ok());
    }

    #[test]
    fn every_element_of_every_list_is_one_item(entries in vec(entry(), 0..4)) {
        let elements: usize = entries
            .iter()
            .flat_map(|entry| ["changes", "messaging", "standby", "changed_fields"].map(|place| entry[place].as_array().unwrap().len()))
            .sum();
        let items = items(&json!({ "entry": entries }).to_string());
        prop_assert_eq!(items.len(), elements);
        for (position, item) in items.iter().enumerate() {
            prop_assert_eq!(item.position, i64::try_from(position).unwrap());
            prop_assert!(!item.key.is_empty() && !item.key.contains('\0') && !item.payload.contains('\0'));
        }
    }

    #[test]
    fn an_item_is_the_same_alone_and_in_any_batch(changes in vec(change(), 1..6)) {
        let together = items(&batch(&changes).to_string());
        for (change, in_batch) in changes.iter().zip(&together) {
            let alone = items(&batch(std::slice::from_ref(change)).to_string());
            prop_assert_eq!(what_it_is(&alone[0]), what_it_is(in_batch));
            prop_assert_eq!(&alone[0].content, &in_batch.content);
        }
    }

    #[test]
    fn an_item_is_the_same_however_it_is_written(change in change()) {
        let body = batch(&[change]);
        let (one, other) = (items(&body.to_string()), items(&respelled(&body)));
        prop_assert_eq!(what_it_is(&one[0]), what_it_is(&other[0]));
        prop_assert_eq!(&one[0].content, &other[0].content);
    }
}

//! A body: every element of every list becomes one item, and each item is what any batch would make of it.

use std::collections::BTreeSet;

use belino::domain::DeliveryId;
use belino::webhook::{Content, Item, Unreadable};
use serde_json::Value;
use serde_json::value::RawValue;

/// The last microsecond that RFC 3339 can write.
const LAST_MICROSECOND: i64 = 253_402_300_799_999_999;
const LISTS: [&str; 4] = ["changes", "messaging", "standby", "changed_fields"];

/// Checks a body.
pub fn unpack(body: &[u8]) {
    let unpacked = unpacked(7, body);
    if let Ok(root) = serde_json::from_slice::<Value>(body) {
        let items = unpacked.as_ref().ok().map(Vec::len);
        assert_eq!(items, expected(&root), "every element is one item");
    }
    let Ok(items) = unpacked else { return };
    let text = std::str::from_utf8(body).expect("what was unpacked is text");
    let mut paths = BTreeSet::new();
    for (position, item) in (0..).zip(&items) {
        assert_eq!(item.position, position, "items are numbered");
        assert!(
            paths.insert(&item.path),
            "each stands in its own place: {}",
            item.path
        );
        assert!(
            text.contains(&item.payload),
            "kept as it was sent: {}",
            item.payload
        );
        storable(item);
    }
    assert_eq!(
        items,
        unpacked_text(7, text),
        "the same body gives the same items"
    );
    same(&items, &unpacked_text(8, text), "whichever delivery they came in");
    same(
        &items,
        &unpacked_text(7, &format!("\n {text}\t\r\n")),
        "however it is set",
    );
    if text.trim_start().starts_with('{') {
        same(
            &items,
            &unpacked_text(7, &format!("[{text}]")),
            "in whatever batch",
        );
    }
}

fn unpacked(delivery: u128, body: &[u8]) -> Result<Vec<Item>, Unreadable> {
    belino::webhook::unpack(DeliveryId::from(uuid::Uuid::from_u128(delivery)), body)
}

fn unpacked_text(delivery: u128, text: &str) -> Vec<Item> {
    unpacked(delivery, text.as_bytes()).expect("what was unpacked once is unpacked again")
}

/// How many items a body holds by the description of the wire format; none if it has no list of entries.
fn expected(root: &Value) -> Option<usize> {
    let Value::Array(envelopes) = root else {
        return Some(root.get("entry")?.as_array()?.iter().map(held).sum());
    };
    let counts: Vec<Option<usize>> = envelopes
        .iter()
        .map(|envelope| {
            // A list of envelopes within a list is none.
            envelope.as_object()?;
            expected(envelope)
        })
        .collect();
    let any = counts.iter().any(Option::is_some);
    any.then(|| counts.into_iter().map(|count| count.unwrap_or(1)).sum())
}

/// An entry's items; what cannot be read is one, too.
fn held(entry: &Value) -> usize {
    let member = |name: &str| entry.get(name).filter(|value| !value.is_null());
    let lists: Vec<&Value> = LISTS.into_iter().filter_map(member).collect();
    let is_change = member("field").is_some();
    let holds_nothing = lists.is_empty() && !is_change;
    let listed = lists.into_iter().map(|list| list.as_array().map_or(1, Vec::len));
    listed.sum::<usize>() + usize::from(is_change || holds_nothing)
}

/// Both databases can keep and index it.
fn storable(item: &Item) {
    for (name, text, longest) in [
        ("entry_id", item.entry_id.as_str(), 128),
        ("field", item.field.as_str(), 128),
        ("key", item.key.as_str(), 768),
    ] {
        assert!(text.len() <= longest, "{name} is too long: {text}");
        assert!(!text.contains('\0'), "{name} has a NUL: {text}");
    }
    assert!(!item.key.is_empty(), "an item without a key is like any other");
    assert!(!item.payload.contains('\0'), "JSON has no NUL");
    serde_json::from_str::<&RawValue>(&item.payload).expect("a payload is JSON");
    for at in [item.sent_at, item.occurred_at].into_iter().flatten() {
        assert!((0..=LAST_MICROSECOND).contains(&at.micros()), "no time: {at}");
    }
}

/// Item for item the same identity and content. A test and what cannot be read are like no other.
fn same(items: &[Item], others: &[Item], when: &str) {
    assert_eq!(items.len(), others.len(), "{when}");
    for (item, other) in items.iter().zip(others) {
        let unlike = matches!(item.content, Content::Test | Content::Unreadable(_));
        let identity = |item: &Item| (item.entry_id.clone(), item.field.clone(), item.hash);
        assert_eq!(identity(item), identity(other), "{when}");
        assert!(unlike || item.key == other.key, "{when}: {}", item.key);
        assert_eq!(item.content, other.content, "{when}");
        assert_eq!(item.payload, other.payload, "{when}");
        assert_eq!(
            (item.sent_at, item.occurred_at),
            (other.sent_at, other.occurred_at),
            "{when}"
        );
    }
}

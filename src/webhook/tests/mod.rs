//! Tests of the whole room: bytes in, items out.

mod depth;
mod fixtures;
mod forms;
mod identities;
mod properties;
mod shown;
mod texts;

use super::{Content, Item, unpack};
use crate::domain::DeliveryId;

/// A delivery, always the same.
fn delivery() -> DeliveryId {
    uuid::Uuid::from_u128(7).into()
}

/// The items of a body that can be unpacked.
fn items(body: &str) -> Vec<Item> {
    unpack(delivery(), body.as_bytes()).unwrap()
}

/// A body with one item in one of an entry's lists.
fn body(place: &str, item: &str) -> String {
    format!(
        r#"{{"object":"instagram","entry":[{{"id":"17841400000000001","time":1760000000,"{place}":[{item}]}}]}}"#
    )
}

/// The only item of such a body.
fn item(place: &str, item: &str) -> Item {
    items(&body(place, item)).pop().unwrap()
}

/// A change of a field.
fn change(field: &str, value: &str) -> Item {
    item("changes", &format!(r#"{{"field":"{field}","value":{value}}}"#))
}

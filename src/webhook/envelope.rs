//! The envelope of a delivery, in every shape that Meta documents or sends (meta-webhooks.md §3).
//!
//! A body is an object with a list `entry`, or a list of such objects; an entry holds items in one or more
//! lists, or is itself a `field` with its `value`. Each element of each list becomes exactly one item.

use serde_json::value::RawValue;

use super::entry::Entry;
use super::item::{Item, Unreadable};
use super::json::{self, Object};
use super::reading::{Place, Reading};
use crate::domain::DeliveryId;

/// Splits a body into its items. Fails only if no list of entries can be found in it.
pub fn unpack(delivery: DeliveryId, body: &[u8]) -> Result<Vec<Item>, Unreadable> {
    let text = std::str::from_utf8(body)
        .map_err(|error| unreadable(format!("not UTF-8 from byte {}", error.valid_up_to())))?;
    let root: &RawValue =
        serde_json::from_str(text).map_err(|error| unreadable(format!("not JSON: {error}")))?;
    let mut unpacking = Unpacking {
        delivery,
        items: Vec::new(),
    };
    match json::list(root) {
        Some(envelopes) => unpacking.envelopes(&envelopes)?,
        None => unpacking.entries("", &entries(root).ok_or_else(without_entries)?),
    }
    Ok(unpacking.items)
}

fn entries(envelope: &RawValue) -> Option<Vec<&RawValue>> {
    Object::read(envelope)?.get("entry").and_then(json::list)
}

fn unreadable(reason: String) -> Unreadable {
    Unreadable { reason }
}

fn without_entries() -> Unreadable {
    unreadable("no list named entry".to_owned())
}

struct Unpacking {
    delivery: DeliveryId,
    items: Vec<Item>,
}

impl Unpacking {
    /// A list of envelopes is one only if any of its elements is: a list of other things holds no events.
    fn envelopes(&mut self, envelopes: &[&RawValue]) -> Result<(), Unreadable> {
        let read: Vec<_> = envelopes.iter().map(|envelope| entries(envelope)).collect();
        if read.iter().all(Option::is_none) {
            return Err(without_entries());
        }
        for (position, (envelope, entries)) in envelopes.iter().zip(read).enumerate() {
            match entries {
                Some(entries) => self.entries(&format!("[{position}]."), &entries),
                None => self.fault(
                    &Entry::default(),
                    format!("[{position}]"),
                    "envelope",
                    envelope,
                    "the envelope has no list named entry",
                ),
            }
        }
        Ok(())
    }

    fn entries(&mut self, before: &str, entries: &[&RawValue]) {
        for (position, raw) in entries.iter().enumerate() {
            let path = format!("{before}entry[{position}]");
            match Object::read(raw) {
                Some(object) => self.entry(path, raw, &object),
                None => self.fault(
                    &Entry::default(),
                    path,
                    "entry",
                    raw,
                    "the entry is not an object",
                ),
            }
        }
    }

    fn entry(&mut self, path: String, raw: &RawValue, object: &Object<'_>) {
        let entry = Entry::of(object);
        let mut holds_nothing = true;
        for place in Place::ALL {
            if let Some(list) = object.get(place.name()) {
                self.list(&entry, place, &format!("{path}.{}", place.name()), list);
                holds_nothing = false;
            }
        }
        if object.get("field").is_some() {
            self.push(&entry, path, raw, Reading::of(Place::Change, raw, &entry));
        } else if holds_nothing {
            self.fault(
                &entry,
                path,
                "entry",
                raw,
                "the entry holds no list that Belino knows",
            );
        }
    }

    fn list(&mut self, entry: &Entry, place: Place, path: &str, list: &RawValue) {
        let Some(items) = json::list(list) else {
            return self.fault(entry, path.to_owned(), place.name(), list, "not a list");
        };
        for (position, raw) in items.into_iter().enumerate() {
            self.push(
                entry,
                format!("{path}[{position}]"),
                raw,
                Reading::of(place, raw, entry),
            );
        }
    }

    fn fault(&mut self, entry: &Entry, path: String, place: &str, raw: &RawValue, reason: &'static str) {
        self.push(entry, path, raw, Reading::fault(place, raw, reason));
    }

    fn push(&mut self, entry: &Entry, path: String, raw: &RawValue, reading: Reading<'_>) {
        let position = i64::try_from(self.items.len()).unwrap_or(i64::MAX);
        self.items
            .push(Item::of(self.delivery, position, path, entry, raw, reading));
    }
}

//! JSON read one level at a time over borrowed slices, so that nothing is converted that need not be.
//!
//! Numbers stay their digits (an id beyond 2^53 never meets a float), of equal keys the last wins, a broken
//! surrogate or a NUL costs a character and not the item, and no depth can overflow the stack:
//! `serde_json` skips what it does not enter without recursion.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::{Timestamp, facts};

/// Longer texts are no ids: both databases index what stands here, and Postgres at most 2,700 bytes of it.
const LONGEST_ID: usize = 512;

/// The last second that RFC 3339 can write, 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;

/// An object's members, not yet read themselves.
#[derive(Default)]
pub(super) struct Object<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Object<'a> {
    /// Of a value that is an object.
    pub(super) fn read(raw: &'a RawValue) -> Option<Self> {
        raw.get()
            .starts_with('{')
            .then(|| serde_json::from_str(raw.get()).ok())?
    }

    /// Every member, sorted by its name.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// The member of this name; `null` counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied().filter(|value| value.get() != "null")
    }

    /// The member as an object.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        self.get(name).and_then(Self::read)
    }

    /// The member as a text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(text).map(Cow::into_owned)
    }

    /// The member as one of Meta's ids.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        self.get(name).and_then(id)
    }

    /// The member as a whole number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(integer)
    }

    /// Whether the member is true; some senders write it as text.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| matches!(value.get(), "true" | "\"true\""))
    }

    /// The member as the JSON it was sent as.
    pub(super) fn source(&self, name: &str) -> Option<String> {
        self.get(name).map(|value| value.get().to_owned())
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    members.insert(text(name).unwrap_or_default(), value);
                }
                Ok(Object(members))
            }
        }

        from.deserialize_map(Members)
    }
}

/// The elements of a value that is a list.
pub(super) fn list(raw: &RawValue) -> Option<Vec<&RawValue>> {
    raw.get()
        .starts_with('[')
        .then(|| serde_json::from_str(raw.get()).ok())?
}

/// The characters of a value that is a text. What no database can hold as text, a lone surrogate or a
/// NUL, becomes U+FFFD.
pub(super) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str::<Unescaped>(raw.get())
        .ok()
        .map(|Unescaped(text)| Cow::Owned(text))
}

/// One of Meta's ids: a text, or a number by its digits.
pub(super) fn id(raw: &RawValue) -> Option<String> {
    let id = text(raw).or_else(|| digits(raw))?;
    (!id.is_empty() && id.len() <= LONGEST_ID).then(|| id.into_owned())
}

/// A whole number, also where it was sent as text.
pub(super) fn integer(raw: &RawValue) -> Option<i64> {
    text(raw).unwrap_or(Cow::Borrowed(raw.get())).parse().ok()
}

/// The moment that a time of Meta's names, in seconds or milliseconds (meta-webhooks.md §3).
pub(super) fn moment(time: i64) -> Option<Timestamp> {
    match time {
        ..0 => None,
        seconds @ 0..facts::MILLISECONDS_FROM => Some(Timestamp::from_seconds(seconds)),
        millis => (millis / 1_000 <= LAST_SECOND).then(|| Timestamp::from_millis(millis)),
    }
}

fn digits(raw: &RawValue) -> Option<Cow<'_, str>> {
    let source = raw.get();
    source
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(Cow::Borrowed(source))
}

/// A text with escapes. Asked for bytes, `serde_json` lets lone surrogates pass, in the form that UTF-8
/// would have if it allowed them: ED and two more bytes.
struct Unescaped(String);

impl<'de> Deserialize<'de> for Unescaped {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Unescaped;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Unescaped(storable(bytes)))
            }
        }

        from.deserialize_bytes(Bytes)
    }
}

fn storable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().first() == Some(&0xED) {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}")
    } else {
        text
    }
}

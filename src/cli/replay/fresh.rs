//! New object ids and times, put over the old ones: as long as they were, everything else left alone.
//!
//! What says *whose* event it is (entry, sender, recipient, author) stays, so that a fresh copy still
//! belongs to a connected account. An id that stands twice in a body stays one id.

use std::collections::BTreeSet;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::scan::{self, Value};
use crate::domain::Timestamp;
use crate::domain::facts::MILLISECONDS_FROM;

/// Keys whose digits name an object.
const OBJECTS: [&[u8]; 5] = [
    b"id",
    b"comment_id",
    b"media_id",
    b"parent_id",
    b"original_media_id",
];
/// Keys under which an `id` names a person or an account.
const PEOPLE: [&[u8]; 3] = [b"from", b"sender", b"recipient"];
/// Meta's ids of objects have at least as many digits; shorter ones are samples of the dashboard.
const ID_DIGITS: usize = 15;
/// What is overwritten of a message's id, which is no number: that many letters and digits from its end.
const MESSAGE_ID_TAIL: usize = 16;

/// One copy's new ids and times.
pub(super) struct Fresh {
    seed: Sha256,
    now: Timestamp,
}

impl Fresh {
    /// Of one copy of one file in one run: no other gets the same ids.
    pub(super) fn new(file: &str, copy: usize, run: u64, now: Timestamp) -> Self {
        let seed = Sha256::new()
            .chain_update(run.to_be_bytes())
            .chain_update(copy.to_be_bytes());
        Self {
            seed: seed.chain_update(file.len().to_be_bytes()).chain_update(file),
            now,
        }
    }

    /// The body with new ids and times.
    pub(super) fn rewrite(&self, body: &[u8]) -> Vec<u8> {
        let values = scan::values(body);
        let text = |place: &Range<usize>| body.get(place.clone()).unwrap_or_default();
        let people: BTreeSet<&[u8]> = values
            .iter()
            .filter(|value| is_person(value))
            .map(|value| text(&value.place))
            .collect();
        let mut copy = body.to_vec();
        for value in &values {
            let old = text(&value.place);
            if let (false, Some(new)) = (people.contains(old), self.renew(&value.keys, old))
                && let Some(place) = copy.get_mut(value.place.clone())
            {
                place.copy_from_slice(&new);
            }
        }
        copy
    }

    /// What stands in a value's place from now on, equally long; none if it stays.
    fn renew(&self, keys: &[&[u8]], old: &[u8]) -> Option<Vec<u8>> {
        match *keys {
            [b"entry", b"time"] | [.., b"timestamp"] => self.time(old),
            [.., b"mid"] => Some(self.message_id(old)),
            [.., key] if OBJECTS.contains(&key) && is_id(old) => Some(self.digits(old)),
            _ => None,
        }
    }

    /// Now, in seconds or milliseconds as it was.
    fn time(&self, old: &[u8]) -> Option<Vec<u8>> {
        let before: i64 = str::from_utf8(old).ok()?.parse().ok()?;
        let now = if before >= MILLISECONDS_FROM {
            self.now.micros() / 1_000
        } else {
            self.now.seconds()
        };
        Some(now.to_string().into_bytes()).filter(|new| new.len() == old.len())
    }

    /// As many digits; the first two tell the kind of object and stay.
    fn digits(&self, old: &[u8]) -> Vec<u8> {
        let noise = self.noise(old);
        old.iter()
            .zip(noise.iter().cycle())
            .enumerate()
            .map(|(place, (old, noise))| if place < 2 { *old } else { b'0' + noise % 10 })
            .collect()
    }

    /// Other letters and digits near its end; its escapes and padding stay.
    fn message_id(&self, old: &[u8]) -> Vec<u8> {
        let tail = old
            .iter()
            .rposition(|byte| *byte == b'\\')
            .map_or(0, |at| (at + 6).min(old.len()));
        let noise = hex::encode(self.noise(old));
        let mut new = old.to_vec();
        let places = new
            .iter_mut()
            .skip(tail)
            .rev()
            .filter(|byte| byte.is_ascii_alphanumeric());
        for (place, noise) in places.take(MESSAGE_ID_TAIL).zip(noise.bytes()) {
            *place = noise;
        }
        new
    }

    fn noise(&self, old: &[u8]) -> [u8; 32] {
        self.seed.clone().chain_update(old).finalize().into()
    }
}

fn is_person(value: &Value<'_>) -> bool {
    match *value.keys.as_slice() {
        [b"entry", b"id"] => true,
        [.., owner, b"id"] => PEOPLE.contains(&owner),
        _ => false,
    }
}

fn is_id(text: &[u8]) -> bool {
    text.len() >= ID_DIGITS && text.iter().all(u8::is_ascii_digit)
}

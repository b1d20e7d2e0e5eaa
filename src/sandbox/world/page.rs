//! Pages out of ordered sets. A cursor is a position, not a number: what comes or goes between two
//! pages neither repeats nor hides anything else.

use std::collections::BTreeSet;
use std::ops::Bound;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::Id;
use crate::domain::Timestamp;

/// Where an object stands in an order by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Place {
    pub(crate) at: Timestamp,
    pub(crate) id: Id,
}

/// What a cursor's bytes begin with; encoded, they look like Meta's `QVFI…`.
const MARK: &[u8; 3] = b"AQH";

impl Place {
    /// The opaque text of it.
    pub(crate) fn cursor(self) -> String {
        let mut bytes = MARK.to_vec();
        bytes.extend(self.at.micros().to_be_bytes());
        bytes.extend(self.id.number().to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Of a cursor's text.
    pub(crate) fn of_cursor(cursor: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (at, id) = bytes.strip_prefix(MARK)?.split_at_checked(8)?;
        Some(Self {
            at: Timestamp::from_micros(i64::from_be_bytes(at.try_into().ok()?)),
            id: Id::of(u64::from_be_bytes(id.try_into().ok()?)),
        })
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.cursor()
    }
}

impl TryFrom<String> for Place {
    type Error = &'static str;

    fn try_from(cursor: String) -> Result<Self, Self::Error> {
        Self::of_cursor(&cursor).ok_or("not a cursor")
    }
}

/// Which part of an edge is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    pub(crate) limit: usize,
    /// Older than this.
    pub(crate) after: Option<Place>,
    /// Newer than this.
    pub(crate) before: Option<Place>,
}

/// A page turned up: newest first, and whether there is more on either side.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Turned {
    pub(crate) places: Vec<Place>,
    pub(crate) older: bool,
    pub(crate) newer: bool,
}

/// One page of those in `set` that `shown` lets through, newest first.
pub(crate) fn turn(set: &BTreeSet<Place>, slice: Slice, shown: impl Fn(&Place) -> bool) -> Turned {
    let wanted = slice.limit.saturating_add(1);
    if let Some(before) = slice.before {
        let newer = set.range((Bound::Excluded(before), Bound::Unbounded));
        let mut places: Vec<Place> = newer.filter(|place| shown(place)).take(wanted).copied().collect();
        let more = places.len() > slice.limit;
        places.truncate(slice.limit);
        places.reverse();
        let older = places.last().is_some_and(|last| set.range(..last).any(&shown));
        return Turned {
            places,
            older,
            newer: more,
        };
    }
    let end = slice.after.map_or(Bound::Unbounded, Bound::Excluded);
    let older = set.range((Bound::Unbounded, end)).rev();
    let mut places: Vec<Place> = older.filter(|place| shown(place)).take(wanted).copied().collect();
    let more = places.len() > slice.limit;
    places.truncate(slice.limit);
    Turned {
        places,
        older: more,
        newer: slice.after.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(number: u64) -> Place {
        Place {
            at: Timestamp::from_seconds(i64::try_from(number).unwrap()),
            id: Id::of(number),
        }
    }

    fn slice(limit: usize, after: Option<u64>, before: Option<u64>) -> Slice {
        Slice {
            limit,
            after: after.map(place),
            before: before.map(place),
        }
    }

    fn numbers(turned: &Turned) -> Vec<u64> {
        turned.places.iter().map(|place| place.id.number()).collect()
    }

    #[test]
    fn pages_go_from_the_newest_to_the_oldest_and_back() {
        let set: BTreeSet<Place> = (1..=5).map(place).collect();
        let first = turn(&set, slice(2, None, None), |_| true);
        assert_eq!(
            (numbers(&first), first.older, first.newer),
            (vec![5, 4], true, false)
        );
        let last = turn(&set, slice(3, Some(4), None), |_| true);
        assert_eq!(
            (numbers(&last), last.older, last.newer),
            (vec![3, 2, 1], false, true)
        );
        let back = turn(&set, slice(2, None, Some(3)), |_| true);
        assert_eq!(
            (numbers(&back), back.older, back.newer),
            (vec![5, 4], true, false)
        );
    }

    #[test]
    fn a_cursor_outlives_the_object_it_was_made_of() {
        let mut set: BTreeSet<Place> = (1..=5).map(place).collect();
        let cursor = place(3).cursor();
        set.remove(&place(3));
        set.insert(place(6));
        let next = turn(
            &set,
            Slice {
                limit: 9,
                after: Place::of_cursor(&cursor),
                before: None,
            },
            |_| true,
        );
        assert_eq!(numbers(&next), vec![2, 1]);
        assert!(cursor.starts_with("QVFI"));
        assert_eq!(Place::of_cursor("nonsense"), None);
    }
}

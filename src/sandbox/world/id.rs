//! Meta's ids: decimal digits, up to twenty of them, that look like the real ones.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::sandbox::seed;

/// A numeric id of an object. Written as a string, as Meta does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(u64);

impl Id {
    /// The number, for cursors and codes made of it.
    pub(crate) const fn number(self) -> u64 {
        self.0
    }

    /// Of such a number.
    pub(crate) const fn of(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Id {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || text.starts_with('0') {
            return Err("an id is digits without a leading zero");
        }
        text.parse().map(Self).map_err(|_| "an id has at most 20 digits")
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

/// What an id is for: each kind has its own range, so that no two objects share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A professional account, `17841…`.
    Account,
    /// The same account as an Instagram Login app names it.
    AppScoped,
    /// A comment, `178…`.
    Comment,
    /// A publishing container, `1796…`.
    Container,
    /// A post, reel, story, broadcast or ad, `180…`.
    Media,
    /// A Facebook Page.
    Page,
    /// A Facebook user as the app names them.
    FacebookUser,
    /// The business that owns an account.
    Business,
}

impl Kind {
    /// Where its ids begin and how many there are.
    const fn range(self) -> (u64, u64) {
        match self {
            Self::Account => (17_841_400_000_000_000, 100_000_000_000),
            Self::AppScoped => (26_000_000_000_000_000, 1_000_000_000_000_000),
            Self::Comment => (17_850_000_000_000_000, 100_000_000_000_000),
            Self::Container => (17_960_000_000_000_000, 30_000_000_000_000),
            Self::Media => (18_000_000_000_000_000, 100_000_000_000_000),
            Self::Page => (310_000_000_000_000, 1_000_000_000_000),
            Self::FacebookUser => (70_000_000_000_000, 1_000_000_000_000),
            Self::Business => (645_000_000_000_000, 1_000_000_000_000),
        }
    }

    /// The `nth` id of this kind: all different within the range, in no visible order.
    pub(crate) fn id(self, seed: u64, nth: u64) -> Id {
        /// A prime that shares no factor with a power of ten: the steps visit every id once.
        const STEP: u128 = 982_451_653;
        let (base, room) = self.range();
        let start = seed::scatter(seed ^ base);
        let at = (u128::from(nth) * STEP + u128::from(start)) % u128::from(room);
        Id(base + u64::try_from(at).unwrap_or(0))
    }
}

/// The Instagram-scoped id under which an account knows a person (graph-comments-and-messages.md §1).
pub(crate) fn igsid(seed: u64, account: Option<Id>, username: &str) -> Id {
    let scope = account.map_or_else(String::new, |id| id.to_string());
    Id(1_000_000_000_000_000 + seed::of_words(seed, &["igsid", &scope, username]) % 9_000_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_of_a_kind_are_all_different_and_look_like_metas() {
        let ids: HashSet<Id> = (0..100_000).map(|nth| Kind::Comment.id(1, nth)).collect();
        assert_eq!(ids.len(), 100_000);
        assert!(
            ids.iter()
                .all(|id| id.to_string().starts_with("178") || id.to_string().starts_with("179"))
        );
        assert!(Kind::Account.id(9, 3).to_string().starts_with("17841"));
        assert!(Kind::Media.id(9, 3).to_string().starts_with("180"));
    }

    #[test]
    fn an_id_is_digits_and_nothing_else() {
        assert_eq!("17841400000000001".parse(), Ok(Id(17_841_400_000_000_001)));
        for text in ["", "0", "012", "1a", "-1", "99999999999999999999"] {
            assert!(text.parse::<Id>().is_err(), "{text}");
        }
    }
}

//! Delivery ids that are numbers as well.
//!
//! A SQLite table whose key is a growing number is extended at its end, with half as many pages written as with a
//! key of 16 bytes. So ids made for it are `UUIDv7`s that a number of 63 bits makes up: milliseconds, a count within them, and nothing random.

use std::sync::atomic::{AtomicI64, Ordering};

use uuid::Uuid;

use super::{DeliveryId, Timestamp};

/// Bits that count within a millisecond.
const COUNT: u32 = 21;
/// Bits of the count in the last 64 bits of the id, right behind the variant.
const LOW: u32 = 9;
/// Where they begin.
const LOW_AT: u32 = 62 - LOW;

impl DeliveryId {
    /// A new id that is a number, greater than all that this process made before.
    ///
    /// Another process may make the same one: it is for a database that takes deliveries from one process.
    pub fn numbered(now: Timestamp) -> Self {
        static LAST: AtomicI64 = AtomicI64::new(0);
        let now = (now.micros().max(0) / 1_000) << COUNT;
        let next = |last: i64| now.max(last + 1);
        let last = LAST
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(next(last)))
            .expect("there is always a next number");
        Self::of_number(next(last))
    }

    /// The id that this number makes up; of a negative one the sign is left out.
    pub fn of_number(number: i64) -> Self {
        let number = u128::from((number & i64::MAX).unsigned_abs());
        let millis = number >> COUNT;
        let high = (number >> LOW) & 0xfff;
        let low = number & ((1 << LOW) - 1);
        let bits = millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low << LOW_AT;
        Self::from(Uuid::from_u128(bits))
    }

    /// The number that makes up this id, if one does.
    pub fn number(self) -> Option<i64> {
        let bits = self.uuid().as_u128();
        let millis = bits >> 80;
        let high = (bits >> 64) & 0xfff;
        let low = (bits >> LOW_AT) & ((1 << LOW) - 1);
        let number = i64::try_from(millis << COUNT | high << LOW | low).ok()?;
        (Self::of_number(number) == self).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const NOON: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn numbers_grow_though_the_clock_stands_still_or_steps_back() {
        let earlier = Timestamp::from_seconds(1_700_000_000);
        let ids = [NOON, NOON, earlier, NOON].map(DeliveryId::numbered);
        assert!(
            ids.is_sorted_by(|a, b| a < b && a.number() < b.number()),
            "{ids:?}"
        );
    }

    #[test]
    fn ids_of_numbers_are_of_version_7_and_tell_their_time() {
        let uuid = DeliveryId::numbered(NOON + Duration::from_hours(1)).uuid();
        assert_eq!(
            (uuid.get_version_num(), uuid.get_variant()),
            (7, uuid::Variant::RFC4122)
        );
        assert_eq!(uuid.get_timestamp().unwrap().to_unix().0, 1_800_003_600);
    }

    #[test]
    fn no_number_makes_up_another_id() {
        for uuid in [Uuid::nil(), Uuid::max(), DeliveryId::at(NOON).uuid()] {
            assert_eq!(DeliveryId::from(uuid).number(), None, "{uuid}");
        }
    }

    proptest! {
        #[test]
        fn ids_and_numbers_are_in_the_same_order(a in 0..=i64::MAX, b in 0..=i64::MAX) {
            let ids = (DeliveryId::of_number(a), DeliveryId::of_number(b));
            prop_assert_eq!(ids.0.number(), Some(a));
            prop_assert_eq!(ids.0.cmp(&ids.1), a.cmp(&b));
        }
    }
}

//! Ends of access that only a person can put off, told ahead.

use std::time::Duration;

use super::{Connector, reconnect_by};
use crate::domain::Timestamp;
use crate::store::StoreError;

/// So many days ahead it is told, each time once.
pub(super) const DAYS_AHEAD: [i64; 4] = [1, 3, 7, 14];
/// How long ahead the first time is.
pub(super) const AHEAD: Duration = Duration::from_hours(14 * 24);

impl Connector {
    /// Tells of connections that end within 14, 7, 3 and 1 days. Gives how many it told.
    pub async fn forecast(&self) -> Result<usize, StoreError> {
        let now = self.store.clock().now();
        let (mut told, mut within) = (0, [0_u32; DAYS_AHEAD.len()]);
        for connection in self.store.ending_within(AHEAD).await? {
            let Some(days) = reconnect_by(&connection).and_then(|ends| days_ahead(ends, now)) else {
                continue;
            };
            for (count, _) in within
                .iter_mut()
                .zip(DAYS_AHEAD)
                .filter(|(_, ahead)| *ahead >= days)
            {
                *count += 1;
            }
            if self.store.tell_end(&connection, days).await? {
                tracing::warn!(connection.id = %connection.id, "a connection ends within {days} days unless the person logs in again");
                told += 1;
            }
        }
        for (count, days) in within.into_iter().zip(DAYS_AHEAD) {
            metrics::gauge!("belino_connections_expiring", "days" => days.to_string()).set(f64::from(count));
        }
        Ok(told)
    }
}

/// The least number of days within which it ends.
fn days_ahead(ends: Timestamp, now: Timestamp) -> Option<i64> {
    let left = ends.since(now);
    let within = |days: &i64| left <= Duration::from_hours(days.unsigned_abs() * 24);
    DAYS_AHEAD.into_iter().find(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_ahead_by_the_least_number_of_days() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let days = |hours: u64| days_ahead(now + Duration::from_hours(hours), now);
        assert_eq!(
            [days(0), days(24), days(25), days(72)],
            [Some(1), Some(1), Some(3), Some(3)]
        );
        assert_eq!([days(14 * 24), days(14 * 24 + 1)], [Some(14), None]);
        assert_eq!(days_ahead(now - Duration::from_hours(1), now), Some(1));
    }
}

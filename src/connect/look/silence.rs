//! Silence: no webhook for longer than is usual with the account.

use std::time::Duration;

use crate::connect::Connector;
use crate::domain::{AccountKey, Timestamp};
use crate::store::StoreError;

/// So many last events tell what is usual.
const EVENTS: i64 = 200;
/// Fewer tell nothing.
const ENOUGH: usize = 20;
/// A silence is unusual if it is so many times longer than the longest pause,
const TIMES: u32 = 3;
/// and than this: nights and weekends are quiet.
const SHORTEST: Duration = Duration::from_hours(3 * 24);

impl Connector {
    /// Learns from an account's last events how long their pauses are, and tells of a silence that is unusual.
    pub(super) async fn hear_silence(&self, account: AccountKey) -> Result<(), StoreError> {
        let arrivals = self.store.last_arrivals(account, EVENTS).await?;
        let pause = usual_pause(&arrivals);
        self.store.note_usual_pause(account, pause).await?;
        let (Some(pause), Some(last)) = (pause, arrivals.first()) else {
            return Ok(());
        };
        if self.store.clock().now().since(*last) > pause {
            self.store.tell_silence(account, *last).await?;
        }
        Ok(())
    }
}

/// For how long webhooks may pause before that is unusual, by the times of the last ones, the latest first.
fn usual_pause(arrivals: &[Timestamp]) -> Option<Duration> {
    let pauses = arrivals.windows(2).map(|pair| match pair {
        [later, earlier] => later.since(*earlier),
        _ => Duration::ZERO,
    });
    let longest = pauses.max().filter(|_| arrivals.len() >= ENOUGH)?;
    Some((longest * TIMES).max(SHORTEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(hours: u64, events: u64) -> Vec<Timestamp> {
        let now = Timestamp::from_seconds(1_800_000_000);
        let earlier = |n| now - Duration::from_hours(hours * n);
        (0..events).map(earlier).collect()
    }

    #[test]
    fn a_pause_is_unusual_by_what_was_usual() {
        assert_eq!(usual_pause(&every(1, 100)), Some(SHORTEST));
        assert_eq!(usual_pause(&every(72, 100)), Some(Duration::from_hours(216)));
        assert_eq!(usual_pause(&every(1, 19)), None);
        assert_eq!(usual_pause(&[]), None);
    }
}

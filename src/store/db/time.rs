//! The database's clock: the one that all processes on a server can look at.

use std::ops::RangeInclusive;

use super::database::Db;
use crate::clock::Clock;

/// The only statement that asks a server for the time; what is stored comes from the program.
const TIME: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
/// The shortest journey tells most; the first one also has the statement prepared.
const JOURNEYS: usize = 4;
/// A journey of so many microseconds tells enough; below zero the clock was set in the middle of it.
const TELLING: RangeInclusive<i64> = 0..=1_000_000;

impl Db {
    /// The database's time less the clock's in microseconds, which is known to half of a journey there and back.
    /// None where every journey took too long, and on SQLite, which has no clock of its own.
    pub async fn time_ahead_of(&self, clock: &Clock) -> sqlx::Result<Option<i64>> {
        if self.is_embedded() {
            return Ok(None);
        }
        // One connection for all, so that no journey begins with waiting for one.
        let mut tx = self.begin().await?;
        let mut journeys = Vec::with_capacity(JOURNEYS);
        for _ in 0..JOURNEYS {
            let left = clock.unmoved().micros();
            let (there,): (i64,) = tx.query(TIME).one().await?;
            let journey = clock.unmoved().micros() - left;
            journeys.push((journey, there - left - journey / 2));
        }
        tx.commit().await?;
        journeys.retain(|(journey, _)| TELLING.contains(journey));
        Ok(journeys.into_iter().min().map(|(_, ahead)| ahead))
    }
}

//! The clock, against the database's and Meta's.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;

use super::code::Code;
use super::command::Patient;
use super::finding::Finding;
use super::store::broken;
use super::web::{Web, ask};
use crate::domain::Timestamp;
use crate::store::Store;

const CHECK: &str = "clock";
/// A clock that is kept is not so far from another one.
const KEPT: Duration = Duration::from_secs(3);
/// The same, where only whole seconds are told, from afar.
const TOLD: Duration = Duration::from_secs(10);

/// Compares.
pub(super) async fn look(patient: &Patient, store: Option<&Store>, web: Option<&Web>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(store) = store {
        match store.clock_ahead().await {
            Ok(Some(ahead)) => {
                findings.push(beside(ahead, KEPT, "the database's", Code::ClockBesideDatabase));
            }
            Ok(None) => {}
            Err(error) => findings.push(broken(&patient.config.database, &error)),
        }
    }
    if let Some(web) = web {
        findings.extend(beside_meta(patient, web).await);
    }
    findings
}

/// Any answer has a date; one that does not come is told with the apps.
async fn beside_meta(patient: &Patient, web: &Web) -> Option<Finding> {
    let host = patient.config.graph.facebook.url.clone();
    let heard = ask(web.http().get(host)).await.ok()?;
    let date = DateTimeParser::new().parse_timestamp(heard.date?).ok()?;
    let there = Timestamp::from_micros(date.as_microsecond());
    let ahead = there.micros() - patient.clock.now().micros();
    Some(beside(ahead, TOLD, "Meta's", Code::ClockBesideMeta))
}

fn beside(ahead: i64, allowed: Duration, whose: &str, code: Code) -> Finding {
    let apart = Duration::from_micros(ahead.unsigned_abs());
    if apart <= allowed {
        return Finding::passed(CHECK, format!("this clock is with {whose}"));
    }
    let (seconds, way) = (apart.as_secs(), if ahead > 0 { "behind" } else { "ahead of" });
    code.found(format!("this clock is {seconds} s {way} {whose}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_wrongly_is_told_with_its_way() {
        let found = |ahead| beside(ahead, KEPT, "the other", Code::ClockBesideDatabase);
        assert_eq!(found(2_000_000).code, None);
        assert_eq!(found(60_000_000).what, "this clock is 60 s behind the other");
        assert_eq!(found(-60_000_000).what, "this clock is 60 s ahead of the other");
        assert_eq!(found(-60_000_000).code, Some("clock-beside-database"));
    }
}

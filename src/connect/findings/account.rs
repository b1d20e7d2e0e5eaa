//! What is to be said of an account, whichever its connections are.

use std::time::Duration;

use super::{Finding, FindingKind};
use crate::domain::Timestamp;
use crate::store::AccountStanding;

/// Everything to be said of a connected account, the weightiest first.
pub fn account_findings(standing: &AccountStanding, now: Timestamp) -> Vec<Finding> {
    let personal = standing.profile.account_type.as_deref();
    let personal = personal.filter(|kind| kind.eq_ignore_ascii_case("personal"));
    let personal = personal.map(|_| Finding {
        login: None,
        kind: FindingKind::NotProfessional,
        message: "the account is a personal one by now".to_owned(),
        fix: "Switch it to a professional account in the Instagram app, then connect it again.".to_owned(),
    });
    let silent = silent(standing, now).map(|since| Finding {
        login: None,
        kind: FindingKind::Silent,
        message: format!("no webhook came since {since}, which is unusual for this account"),
        fix: "Look whether something happened on Instagram since; then run belino doctor, which tries the callback."
            .to_owned(),
    });
    personal.into_iter().chain(silent).collect()
}

/// Since when no webhook came, if that is longer than is usual.
pub fn silent(standing: &AccountStanding, now: Timestamp) -> Option<Timestamp> {
    let pause = u64::try_from(standing.usual_pause?)
        .ok()
        .map(Duration::from_micros)?;
    standing.last_event_at.filter(|last| now.since(*last) > pause)
}

//! Why deliveries were refused lately: each kept one is diagnosed, and told by its cause.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;

use super::code::Code;
use super::command::Patient;
use super::finding::{Finding, Level};
use super::store::words;
use crate::app;
use crate::domain::Timestamp;
use crate::domain::facts::REDELIVERY_WINDOW;
use crate::store::{PageRequest, Store};
use crate::webhook::diagnosis::{Budget, Cause, Diagnosis, Refused, Suspects, diagnose};
use crate::webhook::probe;

const CHECK: &str = "refusals";
/// No more than so many are looked at.
const NEWEST: i64 = 100;
/// The most that is hashed for one of them.
const HASHED: usize = 8 << 20;
/// Settings whose replaced values may have signed.
const SECRETS: [&str; 3] = [
    "INSTAGRAM_APP_SECRET",
    "FACEBOOK_APP_SECRET",
    "BELINO_PREVIOUS_APP_SECRETS",
];

/// What is known of a cause.
struct Told {
    times: usize,
    last: Timestamp,
    diagnosis: Diagnosis,
}

/// Diagnoses what Meta may still repeat.
pub(super) async fn look(patient: &Patient, store: &Store) -> Vec<Finding> {
    let page = PageRequest {
        after: None,
        limit: NEWEST,
    };
    let rows = match store.quarantined(page).await {
        Ok(rows) => rows,
        Err(error) => return vec![Code::RefusalsUnread.found(words(&error))],
    };
    let since = patient.clock.now() - REDELIVERY_WINDOW;
    let suspects = suspects(patient);
    let mut causes: BTreeMap<Cause, Told> = BTreeMap::new();
    let recent = rows
        .iter()
        .filter(|row| row.received_at >= since && !probe::was_probe(&row.body));
    for row in recent {
        let refused = Refused {
            reason: &row.reason,
            headers: &row.headers,
            body: &row.body,
            body_bytes: row.body_bytes,
        };
        let diagnosis = diagnose(&refused, &suspects, &mut Budget::of(HASHED));
        let told = causes.entry(diagnosis.cause).or_insert_with(|| Told {
            times: 0,
            last: row.received_at,
            diagnosis: diagnosis.clone(),
        });
        told.times += 1;
        if diagnosis.proven && !told.diagnosis.proven {
            told.diagnosis = diagnosis;
        }
    }
    if causes.is_empty() {
        return vec![Finding::passed(
            CHECK,
            "no delivery was refused in the last 36 hours",
        )];
    }
    causes.values().map(finding).collect()
}

/// What the service tries, and what it does not: values that a stronger source replaced.
fn suspects(patient: &Patient) -> Suspects {
    let mut suspects = app::suspects(&patient.config);
    for replaced in patient
        .replaced
        .iter()
        .filter(|replaced| SECRETS.contains(&replaced.key.as_str()))
    {
        for secret in replaced.value.expose_secret().split(',') {
            suspects.add_replaced(format!("{} in {}", replaced.key, replaced.origin), secret.trim());
        }
    }
    suspects
}

fn finding(told: &Told) -> Finding {
    let Diagnosis {
        cause,
        proven,
        detail,
    } = &told.diagnosis;
    let (times, last) = (told.times, told.last);
    let detail = detail
        .as_ref()
        .map(|detail| format!(" ({detail})"))
        .unwrap_or_default();
    let sure = if *proven { "" } else { ", likely" };
    let what = format!(
        "refused {times} times in 36 hours, last at {last}{sure}: {}{detail}",
        cause.means()
    );
    let level = match cause {
        Cause::NotMetas => return Finding::passed(CHECK, what),
        Cause::WrongVerifyToken => Level::Warning,
        Cause::UnknownSecret => Level::Fault,
        _ if *proven => Level::Fault,
        _ => Level::Warning,
    };
    Finding {
        check: CHECK,
        level,
        code: Some(cause.code()),
        what,
        why: Some("Meta repeats a delivery for 36 hours; after that it is lost".to_owned()),
        fix: Some(cause.fix().to_owned()),
    }
}

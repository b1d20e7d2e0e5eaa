//! The Facebook app's own subscription: whether Meta delivers here, and everything that Belino reads.

use super::code::Code;
use super::command::Patient;
use super::finding::Finding;
use crate::app;
use crate::cli::Failure;
use crate::connect::{AppLook, look_at_app};
use crate::domain::Login;

const CHECK: &str = "apps";

/// Asks Meta, as the app. Without its id and secret there is nobody to ask as, which is told with the apps.
pub(super) async fn look(patient: &Patient) -> Result<Vec<Finding>, Failure> {
    let config = &patient.config;
    let Some(facebook) = app::login_app(config, Login::Facebook) else {
        return Ok(Vec::new());
    };
    let graph = app::graph(config, patient.clock.clone())?;
    Ok(
        match look_at_app(&graph, &facebook, app::callback(config)).await {
            Ok(look) => judge(&look),
            Err(error) => {
                let untold = format!(
                    "the Facebook app's subscription cannot be read: {}",
                    error.message
                );
                vec![Finding::skipped(CHECK, untold)]
            }
        },
    )
}

fn judge(look: &AppLook) -> Vec<Finding> {
    let callback = &look.callback;
    if look.found.is_none() {
        let what = "the Facebook app is not subscribed to instagram";
        return vec![Code::AppNotSubscribed.found(what)];
    }
    let mut findings = Vec::new();
    if let Some(elsewhere) = look.elsewhere() {
        let what = format!("the Facebook app's webhooks go to {elsewhere}, not to {callback}");
        findings.push(Code::AppSubscribedElsewhere.found(what));
    }
    if look.is_inactive() {
        let what = "the Facebook app's subscription to instagram is not active";
        findings.push(Code::AppNotSubscribed.found(what));
    }
    let missing = look.missing();
    if !missing.is_empty() {
        let what = format!("the Facebook app does not listen to {}", missing.join(", "));
        findings.push(Code::AppFieldsMissing.found(what));
    }
    if findings.is_empty() {
        findings.push(Finding::passed(
            CHECK,
            "the Facebook app is subscribed to everything that Belino reads",
        ));
    }
    findings
}

//! The command: every look in its order, the report, and the exit code.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::finding::{Finding, Level};
use super::web::Web;
use super::{
    app_subscription, apps, backlog, callback, clock, connections, keys, refusals, report, settings, store,
    versions,
};
use crate::cli::Failure;
use crate::clock::Clock;
use crate::config::{Config, Faults, Purpose, Replaced, Settings};
use crate::store::Store;

/// How to look.
#[derive(Debug, Args)]
pub struct Options {
    /// Ask neither Meta nor the public address
    #[arg(long)]
    offline: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is looked at.
pub(super) struct Patient {
    pub(super) config: Config,
    pub(super) faults: Option<Faults>,
    pub(super) replaced: Vec<Replaced>,
    pub(super) clock: Clock,
}

impl Patient {
    fn read(file: Option<&Path>) -> Self {
        let settings = Settings::gather(file);
        let replaced = settings.replaced().to_vec();
        let (config, faults) = Config::judge(settings, Purpose::Service);
        Self {
            config,
            faults,
            replaced,
            clock: Clock::system(),
        }
    }

    /// Whether a setting has a value that cannot be used: what would be looked at in its place is a default.
    pub(super) fn is_faulty(&self, key: &str) -> bool {
        let faults = self.faults.as_ref().map(Faults::list).unwrap_or_default();
        faults.iter().any(|fault| fault.key == key)
    }
}

/// Looks, and reports. An error if something is at fault: of the configuration, or else of anything.
pub async fn run(options: Options, file: Option<&Path>) -> Result<(), Failure> {
    let patient = Patient::read(file);
    let findings = look(&patient, options.offline).await?;
    report::print(&findings, options.json)?;
    if let Some(faults) = patient.faults {
        return Err(Failure::Configuration(faults));
    }
    match report::count(&findings, Level::Fault) {
        0 => Ok(()),
        faults => Err(Failure::Unsuccessful(format!("found {faults} fault(s)"))),
    }
}

async fn look(patient: &Patient, offline: bool) -> Result<Vec<Finding>, Failure> {
    let mut findings = settings::look(patient);
    findings.extend(versions::look(&patient.config, patient.clock.now()));
    let (of_store, store) = store::look(patient).await;
    findings.extend(of_store);
    let web = (!offline).then(Web::new).transpose()?;
    findings.extend(clock::look(patient, store.as_ref(), web.as_ref()).await);
    match &web {
        Some(web) => {
            findings.extend(apps::look(&patient.config, web).await);
            findings.extend(app_subscription::look(patient).await?);
            findings.extend(callback::look(patient, web, store.as_ref()).await);
        }
        None => findings.push(Finding::skipped(
            "callback",
            "neither Meta nor the public address was asked",
        )),
    }
    if let Some(store) = store {
        findings.extend(look_inside(patient, &store, !offline).await?);
        // What is left open closes with the process.
        tokio::time::timeout(Duration::from_secs(5), store.close())
            .await
            .ok();
    }
    Ok(findings)
}

async fn look_inside(patient: &Patient, store: &Store, online: bool) -> Result<Vec<Finding>, Failure> {
    let connections = store.connections(None).await?;
    let (mut findings, keyring) = keys::look(&patient.config, &connections);
    findings
        .extend(connections::look(patient, store, &connections, keyring.as_ref().filter(|_| online)).await?);
    findings.extend(backlog::look(store).await?);
    findings.extend(refusals::look(patient, store).await);
    Ok(findings)
}

//! Probes: one cheap read per parked connection finds the cures that send no word.

use std::error::Error;

use super::worker::{Parts, Worked};
use crate::connect::{self, ConnectError};
use crate::store::StoreError;

/// Probes in one go.
const AT_ONCE: i64 = 8;

/// Probes the connections whose time has come; a cure is work for the lanes.
pub(super) async fn run_due(parts: &Parts) -> Result<Worked, StoreError> {
    let mut worked = Worked::Nothing;
    for connection in parts.store.due_probes(AT_ONCE).await? {
        if parts.stop.is_cancelled() || !parts.store.claim_probe(&connection).await? {
            continue;
        }
        match connect::check(&parts.store, &parts.graph, &parts.keyring, &connection).await {
            Ok(report) if report.works => {
                tracing::info!(connection.id = %connection.id, "a parked connection works again");
                parts.bells.ring_lanes();
                worked = Worked::Slice;
            }
            Ok(_) => {}
            Err(ConnectError::Store(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(error = &error as &dyn Error, connection.id = %connection.id, "could not probe");
            }
        }
    }
    Ok(worked)
}

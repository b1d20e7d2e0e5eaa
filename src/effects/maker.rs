//! What makes effects, and what it makes them with.

use std::sync::Arc;

use tokio::sync::Notify;

use super::files::Files;
use super::pace::Pace;
use super::uploads::Uploads;
use crate::connect::Keyring;
use crate::domain::WorkerId;
use crate::graph::Graph;
use crate::store::Store;

/// Makes effects. Cheap to clone.
#[derive(Clone)]
pub struct Effects {
    pub(super) store: Store,
    pub(super) graph: Graph,
    pub(super) keyring: Keyring,
    pub(super) pace: Pace,
    pub(super) files: Files,
    pub(super) uploads: Uploads,
    pub(super) holder: WorkerId,
    /// Rung when there is something new to do.
    pub(super) hurry: Arc<Notify>,
}

impl Effects {
    /// Of its parts.
    pub fn new(
        store: Store,
        graph: Graph,
        keyring: Keyring,
        pace: Pace,
        files: Files,
        uploads: Uploads,
    ) -> Self {
        Self {
            holder: WorkerId::at(store.clock().now()),
            store,
            graph,
            keyring,
            pace,
            files,
            uploads,
            hurry: Arc::default(),
        }
    }

    /// The files that were uploaded.
    pub const fn uploads(&self) -> &Uploads {
        &self.uploads
    }
}

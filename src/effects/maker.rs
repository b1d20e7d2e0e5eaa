//! What makes effects, and what it makes them with.

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};

use super::files::Files;
use super::pace::Pace;
use super::uploads::Uploads;
use crate::connect::Keyring;
use crate::domain::{Timestamp, WorkerId};
use crate::graph::Graph;
use crate::store::Store;

/// Films that are brought to Meta at once: they take minutes, and leave room for what is due.
const FILMS_AT_ONCE: usize = 4;

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
    /// What is older than this may have been made by a process that another copy of the database knew.
    pub(super) since: Timestamp,
    /// Places for films that are brought.
    pub(super) films: Arc<Semaphore>,
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
        let since = store.clock().now();
        Self {
            holder: WorkerId::at(since),
            since,
            films: Arc::new(Semaphore::new(FILMS_AT_ONCE)),
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

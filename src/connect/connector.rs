//! What connecting works with.

use std::sync::Arc;

use tokio::sync::Notify;

use super::{Keyring, Logins};
use crate::graph::Graph;
use crate::store::Store;

/// Connects accounts by logging in, and keeps their tokens alive. Cheap to clone.
#[derive(Clone)]
pub struct Connector {
    pub(super) store: Store,
    pub(super) graph: Graph,
    pub(super) keyring: Keyring,
    pub(super) logins: Logins,
    /// Rung when there is something new to look at.
    pub(super) hurry: Arc<Notify>,
}

impl Connector {
    /// Of its parts.
    pub fn new(store: Store, graph: Graph, keyring: Keyring, logins: Logins) -> Self {
        Self {
            store,
            graph,
            keyring,
            logins,
            hurry: Arc::default(),
        }
    }

    /// The login products that are configured.
    pub const fn logins(&self) -> &Logins {
        &self.logins
    }
}

//! What the routes work with, made once and shared by every worker.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::auth::Keys;
use super::feed::{Lookout, Slots, StreamOptions};
use super::webhook::Reception;
use crate::connect::{Connector, Keyring};
use crate::effects::Effects;
use crate::graph::Graph;
use crate::ingest::{Bells, Ledger, Quarantine};
use crate::lifecycle::Lifecycle;
use crate::store::Store;
use crate::webhook::diagnosis::Suspects;
use crate::webhook::signature::Secrets;

/// The parts that the routes are made of; `app` hands them over.
pub struct Parts {
    /// Where everything lasts.
    pub store: Store,
    /// Keeps deliveries.
    pub ledger: Ledger,
    /// Keeps what is refused, as well as it can.
    pub quarantine: Quarantine,
    /// The app secrets that may sign a delivery.
    pub secrets: Secrets,
    /// What may have signed a delivery that was refused.
    pub suspects: Suspects,
    /// What `hub.verify_token` must be.
    pub verify_token: SecretString,
    /// The largest webhook body that is taken.
    pub max_body_bytes: usize,
    /// What Meta and browsers reach.
    pub public_url: Url,
    /// The operator's key that is there from the start.
    pub admin_key: Option<SecretString>,
    /// Speaks to Meta.
    pub graph: Graph,
    /// Seals and opens tokens.
    pub keyring: Keyring,
    /// Connects accounts by logging in.
    pub connector: Connector,
    /// Publishes.
    pub effects: Effects,
    /// Wakes unpacking and processing.
    pub bells: Bells,
    /// In which writes run.
    pub lifecycle: Lifecycle,
    /// How followers of the feed are served.
    pub streams: StreamOptions,
    /// What `/metrics` renders.
    pub metrics: PrometheusHandle,
}

/// What every handler gets. Cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Inner>);

/// What the handlers see of the parts.
pub struct Inner {
    pub(super) store: Store,
    pub(super) ledger: Ledger,
    pub(super) quarantine: Quarantine,
    pub(super) reception: Reception,
    pub(super) public_url: Url,
    pub(super) suspects: Arc<Suspects>,
    pub(super) keys: Keys,
    pub(super) graph: Graph,
    pub(super) keyring: Keyring,
    pub(super) connector: Connector,
    pub(super) effects: Effects,
    pub(super) bells: Bells,
    pub(super) lifecycle: Lifecycle,
    pub(super) streams: StreamOptions,
    pub(super) slots: Slots,
    pub(super) lookout: Lookout,
    pub(super) metrics: PrometheusHandle,
}

impl State {
    /// Of its parts.
    pub fn new(parts: Parts) -> Self {
        let keys = Keys::new(parts.store.clone(), parts.admin_key.as_ref());
        let lookout = Lookout::new(parts.store.clone(), parts.bells.clone());
        Self(Arc::new(Inner {
            store: parts.store,
            ledger: parts.ledger,
            quarantine: parts.quarantine,
            reception: Reception::new(parts.secrets, &parts.verify_token, parts.max_body_bytes),
            public_url: parts.public_url,
            suspects: Arc::new(parts.suspects),
            keys,
            graph: parts.graph,
            keyring: parts.keyring,
            connector: parts.connector,
            effects: parts.effects,
            bells: parts.bells,
            lifecycle: parts.lifecycle,
            streams: parts.streams,
            slots: Slots::new(&parts.streams),
            lookout,
            metrics: parts.metrics,
        }))
    }

    /// Looks for news of the feed while somebody follows it, until told to stop.
    pub async fn watch_feed(self, stop: CancellationToken) {
        tokio::select! {
            () = self.lookout.look() => {}
            () = stop.cancelled() => {}
        }
    }
}

impl std::ops::Deref for State {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

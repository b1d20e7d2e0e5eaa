//! What an access may not read of the account's own things, found by asking once a slice.
//!
//! Those exist and are nobody else's: where they answer, a refusal is the fault of the object that was asked for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::open::Opened;
use super::sink::Sink;
use crate::domain::{ConnectionId, Need};
use crate::graph::{Call, Graph, GraphError};

/// A need that is not met, and what Meta says of it.
pub(super) type Refusal = (Need, Arc<GraphError>);

pub(super) struct Refusals<'a> {
    graph: &'a Graph,
    sink: &'a Sink<'a>,
    /// What was asked in this slice; none where it answered.
    known: Mutex<BTreeMap<(ConnectionId, Need), Option<Refusal>>>,
}

impl<'a> Refusals<'a> {
    pub(super) fn new(graph: &'a Graph, sink: &'a Sink<'a>) -> Self {
        Self {
            graph,
            sink,
            known: Mutex::default(),
        }
    }

    /// The first need on the way to this one that the access does not meet.
    pub(super) async fn first(&self, opened: &Opened, need: Need) -> Option<Refusal> {
        let mut known = self.known.lock().await;
        for &need in need.chain() {
            let refusal = match known.entry((opened.connection.id, need)) {
                Entry::Occupied(found) => found.get().clone(),
                Entry::Vacant(unknown) => unknown.insert(self.ask(opened, need).await).clone(),
            };
            if refusal.is_some() {
                return refusal;
            }
        }
        None
    }

    async fn ask(&self, opened: &Opened, need: Need) -> Option<Refusal> {
        let probed = self.graph.probe(&opened.access, need).await;
        self.sink.call(&opened.access, Call::of(&probed), 0).await;
        probed.err().map(|error| (need, Arc::new(error)))
    }
}

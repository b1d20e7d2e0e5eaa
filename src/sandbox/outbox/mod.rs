//! Webhooks on their way: batched, signed, sent, and sent again until acknowledged or given up.
//!
//! Nothing is lost by a stop: what nobody acknowledged is in the world, and is batched anew after a start.

mod batch;
mod callback;
mod handshake;
mod log;
mod queue;
mod retry;
mod run;
mod send;

pub(crate) use callback::{Told, tell_app};
pub(crate) use handshake::shake;
pub(crate) use log::Attempt;
pub(crate) use queue::Outbox;
pub(crate) use run::{flush, run};

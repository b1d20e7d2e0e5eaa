//! What is done to the service, a file per kind of bad day.

mod clock;
mod file;
mod graph;
mod kills;
mod lanes;
mod processes;
mod redelivery;
mod server;
mod trial;

pub(super) use trial::{Plan, Trial};

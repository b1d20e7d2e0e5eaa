//! What is done to the service, a file per kind of bad day.

mod clock;
mod database;
mod graph;
mod kills;
mod lanes;
mod processes;
mod redelivery;
mod trial;

pub(super) use trial::{Plan, Trial};

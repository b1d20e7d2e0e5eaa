//! `belino demo`: the service and Meta in a box in one process, with an account on which something goes on.
//!
//! Everything is spoken over HTTP, as it would be with Meta. What it keeps lies in one folder, so that it can
//! be killed at any moment and goes on where it was.

mod command;
mod life;
mod report;
mod stage;

pub use command::{Options, run};

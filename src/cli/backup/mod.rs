//! `belino backup`: a copy of the SQLite database and of the uploads, made while the service runs.
//!
//! The database comes first, and its uploads after it, while nobody may remove any: so the copy has every file that it
//! names. The database gets its name last: where it is, the copy is whole.

mod command;
mod partial;
mod shelf;

pub use command::{Options, run};

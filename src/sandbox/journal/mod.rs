//! The file that keeps the world: one change a line, written before anything is announced.
//!
//! A kill can cut the last line short; the next start drops it, since nobody was told of it. A history that has
//! outgrown its world gives way to the world itself, as one change, by a rename. Only that is synced: the world
//! outlives its process, not a loss of power.

mod error;
mod file;
#[cfg(test)]
mod tests;

pub use error::JournalError;
pub(crate) use file::Journal;

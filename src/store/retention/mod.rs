//! Retention: what is finished is removed after its time, slice by slice, and stays counted as retired.
//!
//! Never removed is what is not accounted for yet: a delivery that nobody has read, or one with an event that is
//! pending, waiting or parked. An event stays as long as the bytes that tell of it: read again, they would make
//! it anew. Slices are short, since deliveries wait for SQLite's writer meanwhile; on Postgres one process at a
//! time is at it.

mod aged;
mod deliveries;
mod due;
mod events;
mod feed;
mod ring;
mod room;
mod sweep;
mod uploads;

pub use due::{Due, DueRows};
pub use sweep::{Retired, Sweep};

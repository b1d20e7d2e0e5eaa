//! Publishing exactly once, with real processes: each step of posts is cut off in each way, and then what followers see
//! is compared with what the service says.
//!
//! Nothing is left to luck: Meta holds the very call, the process is killed or stopped while it is held, and nobody
//! waits for minutes, since time is moved for all processes at once.

mod asked;
mod case;
mod chance;
mod desk;
mod judge;
mod row;
mod trial;
mod ways;

pub(super) use row::{ALL, PostLine};
pub(super) use trial::{carried_through, untried};

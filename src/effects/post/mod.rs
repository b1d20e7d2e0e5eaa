//! A post: containers are made and watched until Meta has processed them, then the one call is made that people see.

mod after;
mod bring;
mod change;
mod late;
mod parameters;
mod plan;
mod prepare;
mod progress;
mod publish;
mod quota;
mod resolve;
mod turn;

pub use change::{Decision, PostChange};
pub(super) use plan::first_due;
pub(super) use turn::work;

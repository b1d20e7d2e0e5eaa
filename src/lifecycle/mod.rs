//! Nothing is spawned loose: every task has a name, is waited for, and can be told to stop.
//!
//! A task that ends by itself stops the process with a failing code, since a service without one of its
//! parts only looks alive. The first signal asks everyone to finish; a second one, or the end of the grace
//! period, cuts them off. Leases and transactions make a cut safe.

mod life;
mod signals;
#[cfg(test)]
mod tests;

pub use life::{CutOff, Ending, Lifecycle};
pub use signals::Signals;

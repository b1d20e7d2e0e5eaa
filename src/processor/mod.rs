//! The processor: claims lanes, plans the calls that what waits needs, makes them, settles.
//!
//! It only reads from Instagram: it knows no effects, so that processing an event again can never post,
//! reply or hide. A step tells what it did; only the loop waits.

mod ahead;
mod decide;
mod found;
mod lane;
mod memory;
mod open;
mod plan;
mod probe;
mod reads;
mod refusals;
pub mod replay;
mod savings;
mod sink;
mod slice;
mod walk;
mod worker;

pub use worker::{Processor, Worked};

#[cfg(test)]
mod tests;

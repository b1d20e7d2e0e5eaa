//! Meta's rules for a post, as far as its words show (graph-publishing.md §2, §5): what breaks one is known before
//! anything is made at Meta, and all of it is told at once.

mod fit;
mod found;
mod media;
mod partners;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod whole;

pub use found::{Fault, Warning};
pub use whole::{facebook_only, faults, warnings};

//! Why a delivery was refused: what was changed on its way, or with what it was signed.
//!
//! Changes are undone one at a time and the signature is tried again. Pure and bounded. It names a cause and what
//! to do about it; it never makes a refused delivery an accepted one.

mod arrange;
mod budget;
mod cause;
mod claim;
mod edits;
mod inflate;
mod respell;
mod search;
mod suspects;
#[cfg(test)]
mod tests;

pub use budget::Budget;
pub use cause::{Cause, Diagnosis};
pub use search::{KEPT_OF_BODY, Refused, diagnose};
pub use suspects::Suspects;

//! Posts: what is to be published, in which states it can be, and Meta's rules for it.

mod counting;
mod intent;
mod kind;
mod rules;
#[cfg(test)]
mod tests;

pub use intent::{PostIntent, PostMedia, ProductTag, UserTag};
pub use kind::{MediaType, PostKind, PostState, WhenFull};
pub use rules::{Fault, faults};

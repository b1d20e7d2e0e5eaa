//! Posts: what is to be published, in which states it can be, and Meta's rules for it.

mod counting;
mod intent;
mod kind;
mod rules;

pub use intent::{AudioConfiguration, PostIntent, PostMedia, ProductTag, Trial, UserTag};
pub use kind::{Graduation, MediaType, PostKind, PostState, WhenFull};
pub use rules::{Fault, Warning, facebook_only, faults, warnings};

//! Effects: writes to Instagram that people can see, each with what was wanted, how far it is, and a journal.
//!
//! A step is committed before its call and ended after it. Whoever claims an effect gets a fence that grows with each
//! claim and each change by a person: what is written under an older one changes nothing.

mod change;
mod claim;
mod create;
mod journal;
mod listing;
mod model;
mod quota;

pub use change::EffectChange;
pub use create::Created;
pub use journal::{Advance, EndedStep};
pub use listing::EffectFilter;
pub use model::{Effect, EffectStep, NewEffect};
pub use quota::Quota;

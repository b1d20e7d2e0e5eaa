//! The raw ledger, for operators: one delivery can hold several tenants' events.
//!
//! What was refused shows through the same routes, in the state `quarantined`.

mod bytes;
mod listing;
mod story;
mod view;

pub use bytes::body;
pub use listing::list;
pub use story::one;

//! What Meta's callbacks ask for: a person's access ends, or everything of theirs goes.
//!
//! Access ends in the transaction that takes note of the request. The rest is removed in the background, slice by slice:
//! a slice is one transaction that first moves the request's version on, so that of several processes one does it, and
//! that ends by noting where the next one begins. A process that is killed leaves a whole number of slices.

mod authored;
mod counts;
mod ending;
mod events;
mod finish;
mod history;
mod ledger;
mod objects;
mod person;
mod progress;
mod redaction;
mod request;
mod room;
mod stage;
mod step;
mod targets;
mod tombstones;

pub use person::Person;
pub use progress::{Erasure, ErasureState};
pub use request::ErasureReceipt;
pub use step::Erasing;

pub(super) use tombstones::{erased_accounts, has_account, revive};

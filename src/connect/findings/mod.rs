//! What is to be said of connections and their accounts: read from the store alone, so that it may be asked every second.

mod account;
mod connection;
mod kind;

pub use account::{account_findings, silent};
pub use connection::{findings, missing, reconnect_by};
pub use kind::{Finding, FindingKind, state_of};

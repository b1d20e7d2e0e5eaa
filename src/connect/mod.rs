//! Connecting accounts: a token is verified against Graph, sealed and stored.
//!
//! Tokens leave this room only opened for a call, never for a log or an answer.

mod calls;
mod check;
mod inquiry;
mod keyring;
mod open;
mod verify;

pub use calls::{call_record, pools_told};
pub use check::{CheckReport, check};
pub use keyring::{Keyring, KeyringError};
pub use open::open;
pub use verify::{ConnectError, ConnectRequest, connect};

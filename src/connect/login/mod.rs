//! Logging in: a dialog is opened, its answer becomes a token, and the token a connection.

mod begin;
mod choose;
mod establish;
mod facebook;
mod finish;
mod instagram;
mod outcome;
mod words;

pub use begin::{BeginError, Dialog, DialogRequest};
pub use choose::Session;
pub(super) use facebook::shared_pages;
pub use facebook::{Candidate, Hindrance};
pub use finish::DialogAnswer;
pub use outcome::{Connected, Finished, LoginError, LoginOutcome};

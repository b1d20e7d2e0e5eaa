//! Logging in: a dialog is opened, its answer becomes a token, and the token a connection.

mod begin;
mod candidate;
mod choose;
mod establish;
mod facebook;
mod finish;
mod instagram;
mod outcome;
mod pages;
mod words;

pub use begin::{BeginError, Dialog, DialogRequest};
pub use candidate::{Candidate, Hindrance};
pub use choose::Session;
pub use finish::DialogAnswer;
pub use outcome::{Connected, Finished, LoginError, LoginOutcome};
pub(super) use pages::own_pages;

//! `belino replay`: posts stored bodies as Meta would, signed over their exact bytes.
//!
//! A file is sent as it stands; nothing is parsed and written again, since the signature is over bytes.
//! With fresh ids, only the digits of ids and times are overwritten, so that a repeat is a new event.

mod command;
mod files;
mod fresh;
mod report;
mod scan;
mod send;
#[cfg(test)]
mod tests;

pub use command::{Options, run};

//! Faults on order: what goes wrong, for which calls or notifications, how often.

mod book;
mod rule;

pub(crate) use book::{Faults, Strike, Subject};
pub(crate) use rule::{Matches, Rule, What};

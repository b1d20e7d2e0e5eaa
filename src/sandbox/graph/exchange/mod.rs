//! Codes traded for tokens on both products' hosts, and Facebook's tokens made longer.

mod code;
mod facebook;
mod instagram;
mod lengthen;

pub(super) use facebook::facebook;
pub(super) use instagram::instagram;

//! Status: how a workspace and each of its accounts stand.

mod route;
#[cfg(test)]
mod tests;
mod view;

pub use route::{read, standings};
pub use view::{AccountView, word};

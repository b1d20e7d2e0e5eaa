//! Events: the list, one whole, and processing one again.

mod again;
mod enrichment;
mod filter;
mod listing;
mod story;
#[cfg(test)]
mod tests;
mod view;

pub use again::retry;
pub use filter::account_named;
pub use listing::list;
pub use story::one;
pub use view::ReasonView;

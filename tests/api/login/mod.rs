//! People log in, on both products: through the dialogs of the simulated Meta, as a browser would.

mod browser;
mod businesses;
mod configurations;
mod dialogs;
mod interruptions;
mod lapses;
mod parallel;
mod refusals;
mod renewal;
mod rotation;
pub(crate) mod secrets;
mod subscriptions;

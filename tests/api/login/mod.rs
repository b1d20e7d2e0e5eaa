//! People log in, on both products: through the dialogs of the simulated Meta, as a browser would.

mod browser;
mod dialogs;
mod interruptions;
mod refusals;
mod renewal;
mod rotation;
mod secrets;

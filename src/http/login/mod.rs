//! Logging in through a browser: opening a dialog, taking its answer, choosing among accounts.

mod answer;
mod choosing;
mod dialog;
mod page;
mod sessions;
mod view;

pub use answer::callback;
pub use choosing::{choosing, chosen};
pub use dialog::authorize;
pub use sessions::{choose, session};

//! Logging in (graph-oauth.md §1–2): from a dialog's code to a token, to a longer one, and what a token is good for.
//!
//! The two products differ in addresses, shapes and rules; here they become the same few questions.

mod app;
mod app_subscription;
mod business;
mod discovery;
mod grant;
mod inspection;
mod subscription;

pub use app::LoginApp;
pub use app_subscription::AppSubscription;
pub use business::{Business, Ownership};
pub use discovery::{LinkedAccount, ManagedPage};
pub use grant::TokenGrant;
pub use inspection::Inspection;

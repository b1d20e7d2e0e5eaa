//! What Meta calls when a person removes the app or wants their data deleted (meta-webhooks.md §7), and the page that
//! tells the person how far the deletion is.
//!
//! No key is asked for: Meta signs what it sends, and the page is found by a code that nobody guesses.

mod deauthorization;
mod deletion;
mod page;
mod signed;
mod status_page;

pub use deauthorization::deauthorize;
pub use deletion::delete_data;
pub use status_page::progress;

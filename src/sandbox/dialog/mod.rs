//! Both logins' dialogs as pages without scripts (graph-oauth.md §1.1, §2.1): who logs in, what they grant, and the
//! way back to the app with a code, or with word that they would not.
//!
//! An address that the app did not register is told nothing: whatever is wrong is shown to the person alone.

mod asked;
mod consent;
mod form;
mod pages;
mod person;
mod routes;

pub(crate) use routes::routes;

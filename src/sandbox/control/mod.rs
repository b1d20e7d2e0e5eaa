//! The control port's own paths: making things happen, breaking things, and looking at what happened.
//!
//! Every POST answers with what it made. Input that cannot be used is refused with the field's name.

mod accounts;
mod apps;
mod callback;
mod clock;
mod comments;
mod faults;
mod feed;
mod input;
mod looks;
mod media;
mod mentions;
mod messages;
mod pages;
mod portfolios;
mod problem;
mod profile;
mod removal;
mod routes;
mod sample;
mod settings;
mod stories;
mod tokens;
mod users;
mod view;

pub(crate) use routes::routes;
pub(crate) use stories::expire_story;

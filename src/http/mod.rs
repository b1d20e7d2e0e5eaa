//! What Belino looks like over HTTP: Meta's webhook, the internal API, health and the description of all that.
//!
//! All routes stand in one tree (`routes`), every refusal in one table (`problem`). A write never runs in
//! a request's own future, since that ends with the client's patience. The webhook's route parses nothing,
//! passes no middleware, and waits for the ledger alone.

mod accounts;
mod answers;
mod auth;
mod body;
mod callbacks;
mod causes;
mod comments;
mod connections;
mod deliveries;
mod docs;
mod documentation;
mod events;
mod fallback;
mod feed;
mod health;
mod id;
mod json;
mod keys;
mod login;
mod media;
mod mentions;
mod messages;
mod objects;
mod page;
mod params;
mod parting;
mod posts;
mod problem;
mod profile;
mod replays;
mod routes;
mod server;
mod state;
mod status;
mod stories;
mod summary;
mod uploads;
mod verify;
mod webhook;
mod words;

pub use documentation::openapi;
pub use feed::StreamOptions;
pub use json::Json;
pub use posts::NewPost;
pub use problem::{Kind, Problem};
pub use server::{ServeOptions, serve};
pub use state::{Parts, State};

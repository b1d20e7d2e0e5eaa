//! Configuration: built-in defaults, `belino.toml`, `.env` and the environment, read once and judged whole.
//!
//! Every fault is reported together, each with its key, what is wrong and what to do; a value is never
//! printed, since it may be a secret. This is the only room that reads the environment, and it knows no
//! other room: each part is handed the fields that concern it.

mod database;
mod encryption;
mod faults;
mod machine;
mod model;
mod parse;
mod reader;
#[cfg(feature = "faults-for-tests")]
mod sabotage;
mod settings;
#[cfg(test)]
mod tests;

pub use database::DatabaseUrl;
pub use encryption::EncryptionKey;
pub use faults::{Fault, Faults};
pub use machine::{own_program, program_folders, temporary_folder};
pub use model::{Config, GraphApp, GraphSettings, LogFormat, Purpose};
#[cfg(feature = "faults-for-tests")]
pub use sabotage::{SABOTAGE, is_sabotaged_by, sabotage};
pub use settings::{KEYS, Replaced, Settings};

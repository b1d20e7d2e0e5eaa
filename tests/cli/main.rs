//! The program as it is typed: its answers, its exit codes, and the service as a process of its own.
//!
//! Each case has a folder of its own for a home: no file and no variable of the machine's takes part.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails may do so loudly"
)]

mod backup;
mod commands;
mod connecting;
mod damage;
mod doctor;
#[cfg(target_os = "linux")]
mod full_disk;
mod home;
mod posting;
#[cfg(target_os = "linux")]
mod read_only;
mod refusals;
mod retention;
mod sandbox;
mod service;
mod uploads;
mod verify;

#[path = "../support/postgres/mod.rs"]
mod postgres;

#[path = "../support/dialog.rs"]
mod dialog;
#[path = "../support/exchange.rs"]
mod exchange;
#[path = "../support/secrets.rs"]
mod secrets;

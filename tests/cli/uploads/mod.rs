//! Uploads and the shell: they are in the backup, and a post's files may lie on this machine.

mod backup;
mod posts;
mod shop;

#[path = "../../../src/assets/tests/film.rs"]
mod film;

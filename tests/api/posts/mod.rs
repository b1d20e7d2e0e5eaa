//! Publishing: what is asked for is seen once, or said not to be.

mod asking;
mod brought;
mod desk;
mod doubts;
mod files;
mod kinds;
mod once;
mod times;
mod uploads;

#[path = "../../../src/assets/tests/film.rs"]
mod film;

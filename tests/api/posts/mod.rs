//! Publishing: what is asked for is seen once, or said not to be.

mod asking;
mod brought;
mod covers;
mod desk;
mod doubts;
mod ends;
mod files;
mod kinds;
mod once;
mod times;
mod uploads;

pub(crate) use files::picture;

#[path = "../../../src/assets/tests/film.rs"]
mod film;

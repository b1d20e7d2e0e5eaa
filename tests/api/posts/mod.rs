//! Publishing: what is asked for is seen once, or said not to be.

mod asking;
mod breakers;
mod broken;
mod brought;
mod clocks;
mod copies;
mod covers;
mod desk;
mod doubts;
mod ends;
mod files;
mod hindrances;
mod kinds;
mod names;
mod once;
mod pairs;
mod parameters;
mod times;
mod uploads;
mod warnings;

pub(crate) use files::picture;

#[path = "../../../src/assets/tests/film.rs"]
mod film;

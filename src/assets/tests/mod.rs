mod converting;
mod files;
mod film;
mod films;
mod names;
mod pictures;
mod rules;
mod shelf;

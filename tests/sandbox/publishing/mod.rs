//! Publishing, as a client of Meta's meets it (graph-publishing.md).

mod afterwards;
mod containers;
mod faults;
mod kept;
mod media;
mod posts;
mod rules;
mod seen;
mod uploads;

mod addresses;
mod bounds;
mod names;
mod support;

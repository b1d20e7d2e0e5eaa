//! Parse, configure, run, exit code.

fn main() {}

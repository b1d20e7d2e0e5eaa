//! What no fault of Meta's can bring about, and what holds for every slice.

mod panics;
mod plans;
mod savings;

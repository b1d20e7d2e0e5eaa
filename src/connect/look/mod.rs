//! Looks at connections: on a schedule Meta is asked again for what a connection rests on, and what has drifted is
//! repaired where that is allowed, and told where it is not.

mod due;
mod one;
mod silence;

pub use due::LookOutcome;

//! Who asks: an API key in `Authorization: Bearer KEY`, and which workspace it speaks for.
//!
//! The middleware looks the key up once and leaves a caller with the request; the extractors say what
//! a route asks of one. A workspace's key sees that workspace, an operator's the one named or all.

mod caller;
mod extractors;
mod keys;

pub use caller::{Caller, authenticate};
pub use extractors::{Admin, Operator, Reader, Writer};
pub use keys::Keys;

//! What holds for every input: a function per fuzz target, which the service's own tests run as well.

mod signature;
mod unpack;

pub use signature::signature;
pub use unpack::unpack;

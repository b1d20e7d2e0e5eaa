//! The address that Meta calls: the subscription's handshake, and deliveries.
//!
//! A delivery's way is verify, append, answer: nothing is parsed, and the MAC is of the bytes as they
//! came (meta-webhooks.md §2). What is refused is offered to the quarantine and never waited for.

mod body;
mod delivery;
mod handshake;
mod headers;
mod reception;
mod refused;

pub use body::{Unread, read as read_body};
pub use delivery::receive;
pub use handshake::verify;
pub use reception::Reception;

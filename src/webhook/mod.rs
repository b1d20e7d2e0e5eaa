//! Meta's wire format, pure: who signed a body, which items it holds, what each says and what identifies it.
//!
//! Nothing here panics and nothing is dropped: a body that cannot be read says why, and a fault in one item
//! costs that item alone. No I/O, no clock, no accounts: whose an item is, others decide.

mod canonical;
mod content;
pub mod diagnosis;
mod entry;
mod envelope;
mod identity;
mod item;
mod json;
mod messaging;
mod parties;
pub mod probe;
mod reading;
pub mod signature;
pub mod signed_request;
#[cfg(test)]
mod tests;

pub use content::{Comment, Content, Mention, Message, MessageEdit, MessageKind, Story};
pub use envelope::unpack;
pub use item::{Item, Unreadable};
pub use parties::{mentions_id, parties};

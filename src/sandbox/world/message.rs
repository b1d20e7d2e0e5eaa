//! Direct messages and the conversations that they form.

use serde::{Deserialize, Serialize};

use super::{Id, Person};
use crate::domain::Timestamp;

/// A conversation of an account with one person.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) account: Id,
    pub(crate) person: Person,
    /// Message ids, oldest first.
    pub(crate) messages: Vec<String>,
    pub(crate) updated: Timestamp,
}

/// A direct message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) mid: String,
    pub(crate) conversation: String,
    pub(crate) account: Id,
    pub(crate) person: Person,
    /// Sent by the account: an echo.
    pub(crate) echo: bool,
    pub(crate) text: Option<String>,
    /// Attachments as Meta shows them in webhooks: `[{"type":…,"payload":{…}}]`.
    pub(crate) attachments: Option<serde_json::Value>,
    /// The message that it answers.
    pub(crate) reply_to: Option<String>,
    pub(crate) at: Timestamp,
    pub(crate) edits: u32,
    pub(crate) deleted: bool,
}

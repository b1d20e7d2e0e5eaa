//! Direct messages and the conversations that they form.

use serde::{Deserialize, Serialize};

use super::{Channel, Id, Person, World, value};
use crate::domain::{Field, Timestamp};

/// A conversation of an account with one person.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

impl World {
    pub(super) fn add_message(&mut self, message: Message) {
        let id = message.conversation.clone();
        let conversation = self
            .conversations
            .entry(id.clone())
            .or_insert_with(|| Conversation {
                id: id.clone(),
                account: message.account,
                person: message.person.clone(),
                messages: Vec::new(),
                updated: message.at,
            });
        if let Some(record) = self.accounts.get_mut(&message.account) {
            record.conversations.remove(&(conversation.updated, id.clone()));
            record.conversations.insert((message.at, id));
        }
        conversation.updated = message.at;
        conversation.messages.push(message.mid.clone());
        let value = value::message(&message, message.at);
        self.tell(
            message.account,
            &Field::Messages,
            Channel::Messaging,
            message.at,
            &value,
        );
        self.messages.insert(message.mid.clone(), message);
    }

    pub(super) fn edit_message(&mut self, mid: &str, text: String, at: Timestamp) {
        let Some(message) = self.messages.get_mut(mid) else {
            return;
        };
        message.text = Some(text);
        message.edits += 1;
        let (account, value) = (message.account, value::edit(message, at));
        self.tell(account, &Field::MessageEdit, Channel::Messaging, at, &value);
    }

    pub(super) fn delete_message(&mut self, mid: &str, at: Timestamp) {
        let Some(message) = self.messages.get_mut(mid) else {
            return;
        };
        message.deleted = true;
        let (account, value) = (message.account, value::message(message, at));
        self.tell(account, &Field::Messages, Channel::Messaging, at, &value);
    }
}

//! `messages` and `message_edit` (meta-webhooks.md §4.3).

use crate::webhook::json::Object;

/// Which way a message went, or that it was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Somebody wrote to the account.
    In,
    /// The account wrote, with whatever app.
    Echo,
    /// The message was deleted.
    Deleted,
}

impl MessageKind {
    /// Its word in keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Echo => "echo",
            Self::Deleted => "deleted",
        }
    }
}

/// A direct message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id; a deletion has that of the message it takes back.
    pub mid: String,
    /// Who wrote it.
    pub sender_id: Option<String>,
    /// To whom.
    pub recipient_id: Option<String>,
    /// Which way it went.
    pub kind: MessageKind,
    /// Its text.
    pub text: Option<String>,
    /// Its attachments, as the JSON they were sent as: an open set of types, whose addresses expire.
    pub attachments: Option<String>,
    /// The message or story that it answers, as the JSON it was sent as.
    pub reply_to: Option<String>,
    /// Whether the account wrote to itself.
    pub is_self: bool,
    /// Whether Meta withholds what it holds.
    pub is_unsupported: bool,
}

impl Message {
    pub(super) fn read(item: &Object<'_>) -> Result<Self, &'static str> {
        let message = item.object("message").ok_or("the message is not an object")?;
        Ok(Self {
            mid: message.id("mid").ok_or("the message has no mid")?,
            sender_id: party(item, "sender"),
            recipient_id: party(item, "recipient"),
            kind: kind(&message),
            text: message.text("text"),
            attachments: message.source("attachments"),
            reply_to: message.source("reply_to"),
            is_self: message.flag("is_self") || item.flag("is_self"),
            is_unsupported: message.flag("is_unsupported"),
        })
    }
}

/// A message's new text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEdit {
    /// The message.
    pub mid: String,
    /// Its text from now on.
    pub text: Option<String>,
    /// How often it was changed, this time included.
    pub num_edit: Option<i64>,
    /// Who wrote it.
    pub sender_id: Option<String>,
    /// To whom.
    pub recipient_id: Option<String>,
}

impl MessageEdit {
    pub(super) fn read(item: &Object<'_>) -> Result<Self, &'static str> {
        let edit = item.object("message_edit").ok_or("the edit is not an object")?;
        Ok(Self {
            mid: edit.id("mid").ok_or("the edit has no mid")?,
            text: edit.text("text"),
            num_edit: edit.integer("num_edit"),
            sender_id: party(item, "sender"),
            recipient_id: party(item, "recipient"),
        })
    }
}

fn kind(message: &Object<'_>) -> MessageKind {
    if message.flag("is_deleted") {
        MessageKind::Deleted
    } else if message.flag("is_echo") {
        MessageKind::Echo
    } else {
        MessageKind::In
    }
}

fn party(item: &Object<'_>, name: &str) -> Option<String> {
    item.object(name)?.id("id")
}

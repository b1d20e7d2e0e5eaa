//! The kinds of content, and which field has which.

use super::{Comment, Mention, Message, MessageEdit, Story};
use crate::domain::{Field, Outcome, State};
use crate::webhook::json::Object;

/// What an item says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A comment, under `comments` or `live_comments`.
    Comment(Comment),
    /// The account was mentioned.
    Mention(Mention),
    /// A story's numbers.
    Story(Story),
    /// A message, its echo or its deletion.
    Message(Message),
    /// A message's new text.
    MessageEdit(MessageEdit),
    /// Nothing that Belino reads: the payload is kept as it is.
    Stored,
    /// One of the dashboard's tests; its values are samples.
    Test,
    /// It cannot be read, for this reason.
    Unreadable(String),
}

impl Content {
    /// Of an item's members, by its field. `account` is the id that its entry names.
    pub(in crate::webhook) fn read(
        field: &Field,
        item: &Object<'_>,
        account: &str,
    ) -> Result<Self, &'static str> {
        match field {
            Field::Comments | Field::LiveComments => Comment::read(item, account).map(Self::Comment),
            Field::Mentions => Mention::read(item).map(Self::Mention),
            Field::StoryInsights => Story::read(item).map(Self::Story),
            Field::Messages => Message::read(item).map(Self::Message),
            Field::MessageEdit => MessageEdit::read(item).map(Self::MessageEdit),
            _ => Ok(Self::Stored),
        }
    }

    /// How an event with this content begins, if its account is connected: what needs no call of the Graph
    /// API is done at once.
    pub const fn first_state(&self) -> (State, Option<Outcome>) {
        match self {
            Self::Comment(_) | Self::Mention(_) | Self::Story(_) => (State::Pending, None),
            Self::Message(_) | Self::MessageEdit(_) | Self::Stored => (State::Done, Some(Outcome::Stored)),
            Self::Test => (State::Done, Some(Outcome::Test)),
            Self::Unreadable(_) => (State::Parked, None),
        }
    }
}

//! Everything that can happen to the world. A journal is a list of these.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Account, Code, Comment, Container, FacebookUser, Id, Media, Message, PageRecord, Portfolio, Registration,
    Task, Token, World,
};
use crate::domain::{Login, Timestamp};
use crate::sandbox::settings::Settings;

/// One change. Applying the same ones in the same order makes the same world.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// The world is this one: what all changes before have made of it, for a journal that is to begin anew.
    World(Box<World>),
    /// Limits and manners were set.
    Settings(Settings),
    /// An app's webhooks go somewhere, or nowhere.
    Callback {
        login: Login,
        destination: Option<Destination>,
    },
    /// An app registered its addresses for a login.
    Registered {
        login: Login,
        registration: Registration,
    },
    /// The Facebook app listens to these fields; none: to those of the settings.
    Listens { fields: Option<Vec<String>> },
    /// A person on Facebook appeared.
    User(FacebookUser),
    /// A Page appeared that belongs to no account.
    Page(PageRecord),
    /// What a person may do on a Page is this from now on; nothing: they have no role.
    Role { user: Id, page: Id, tasks: Vec<Task> },
    /// A Page is in a business's portfolio from now on, or in none.
    Portfolio { page: Id, portfolio: Option<Portfolio> },
    /// An account appeared.
    Account(Box<Account>),
    /// An account became personal, a business's or a creator's.
    AccountKind { account: Id, kind: String },
    /// An account's own figures changed.
    Figures {
        account: Id,
        followers: Option<u64>,
        follows: Option<u64>,
    },
    /// A code was issued, or used.
    Code(Box<Code>),
    /// A token was issued, or its state changed.
    Token(Token),
    /// An account's fields under a login are these from now on.
    Subscribed {
        account: Id,
        login: Login,
        fields: Vec<String>,
    },
    /// A publishing container was made, or has changed.
    Container(Box<Container>),
    /// Media came of a container: the post first, then a carousel's items. Reads show it from a moment on.
    Published {
        container: Id,
        media: Vec<Media>,
        read_from: Timestamp,
    },
    /// Comments on media were switched on or off.
    CommentsEnabled { media: Id, enabled: bool },
    /// Media appeared.
    Media(Box<Media>),
    /// Media went, and its comments with it.
    MediaDeleted { id: Id },
    /// Comments were written, at a moment, and are told or not.
    Comments {
        written: Vec<Comment>,
        announce: bool,
        at: Timestamp,
    },
    /// A comment went, and its replies with it.
    CommentDeleted { id: Id },
    /// A comment was hidden or shown again.
    CommentHidden { id: Id, hidden: bool },
    /// A story ended; its numbers are told at `tell_at`.
    StoryExpired {
        id: Id,
        at: Timestamp,
        tell_at: Timestamp,
        insights: BTreeMap<String, i64>,
    },
    /// An account was mentioned in somebody's caption or comment.
    Mentioned {
        account: Id,
        media: Id,
        comment: Option<Id>,
        at: Timestamp,
    },
    /// A message was sent, either way.
    Message(Box<Message>),
    /// A message's text was changed.
    MessageEdited {
        mid: String,
        text: String,
        at: Timestamp,
    },
    /// A message was taken back.
    MessageDeleted { mid: String, at: Timestamp },
    /// Notifications need not be sent any more: acknowledged, or given up.
    Settled { notices: Vec<u64> },
}

/// [`Change::World`], of a world that is only lent.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Snapshot<'a> {
    World(&'a World),
}

/// Where one app's webhooks go, and with which secret they are signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Destination {
    pub(crate) url: Url,
    pub(crate) verify_token: String,
    /// Signs instead of the app's secret.
    pub(crate) secret: Option<String>,
}

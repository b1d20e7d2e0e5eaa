//! How each change changes the world, and whom it is told to.

use super::{AccountRecord, Change, Destination, Id, Token, World};
use crate::domain::Login;

impl World {
    /// Applies one change. A change that no longer fits (its object is gone) does nothing.
    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::World(world) => self.restore(*world),
            Change::Settings(settings) => self.settings = settings,
            Change::Callback { login, destination } => self.direct(login, destination),
            Change::Registered { login, registration } => drop(self.apps.insert(login, registration)),
            Change::Listens { fields } => self.facebook_fields = fields,
            Change::User(user) => self.add_user(user),
            Change::Page(page) => self.add_page(page),
            Change::Role { user, page, tasks } => self.set_role(user, page, tasks),
            Change::Portfolio { page, portfolio } => self.set_portfolio(page, portfolio),
            Change::Account(account) => self.add_account(AccountRecord::new(*account)),
            Change::AccountKind { account, kind } => self.set_kind(account, kind),
            Change::Figures {
                account,
                followers,
                follows,
            } => self.set_figures(account, followers, follows),
            Change::Code(code) => self.add_code(*code),
            Change::Token(token) => self.add_token(token),
            Change::Subscribed {
                account,
                login,
                fields,
            } => self.subscribe(account, login, fields),
            Change::Container(container) => self.put_container(*container),
            Change::Published {
                container,
                media,
                read_from,
            } => self.publish(container, media, read_from),
            Change::CommentsEnabled { media, enabled } => self.enable_comments(media, enabled),
            Change::Media(media) => self.add_media(*media),
            Change::MediaDeleted { id } => self.delete_media(id),
            Change::Comments {
                written,
                announce,
                at,
            } => {
                for comment in written {
                    self.add_comment(comment, announce.then_some(at));
                }
            }
            Change::CommentDeleted { id } => self.delete_comment(id),
            Change::CommentHidden { id, hidden } => self.hide_comment(id, hidden),
            Change::StoryExpired {
                id,
                at,
                tell_at,
                insights,
            } => self.end_story(id, at, tell_at, insights),
            Change::Mentioned {
                account,
                media,
                comment,
                at,
            } => self.mention(account, media, comment, at),
            Change::Message(message) => self.add_message(*message),
            Change::MessageEdited { mid, text, at } => self.edit_message(&mid, text, at),
            Change::MessageDeleted { mid, at } => self.delete_message(&mid, at),
            Change::Settled { notices } => self.settle(&notices),
        }
    }

    /// What waited to be told waits again, also what was on its way.
    fn restore(&mut self, world: Self) {
        *self = Self {
            seed: self.seed,
            ..world
        };
        for (number, notice) in &self.notices {
            let ready = self.ready.entry(notice.lane).or_default();
            ready.insert((notice.due, *number));
        }
    }

    fn direct(&mut self, login: Login, to: Option<Destination>) {
        match to {
            Some(to) => drop(self.callbacks.insert(login, to)),
            None => drop(self.callbacks.remove(&login)),
        }
    }

    fn add_token(&mut self, token: Token) {
        self.tokens_made += 1;
        self.tokens.insert(token.text.clone(), token);
    }

    fn subscribe(&mut self, account: Id, login: Login, fields: Vec<String>) {
        if let Some(record) = self.accounts.get_mut(&account) {
            record.subscribed.insert(login, fields);
        }
    }

    fn enable_comments(&mut self, media: Id, enabled: bool) {
        if let Some(record) = self.media.get_mut(&media) {
            record.media.comments_enabled = enabled;
        }
    }

    fn hide_comment(&mut self, id: Id, hidden: bool) {
        if let Some(record) = self.comments.get_mut(&id) {
            record.comment.hidden = hidden;
        }
    }
}

//! How each change changes the world, and whom it is told to.

use std::collections::BTreeSet;

use super::{
    AccountRecord, Change, Channel, Comment, CommentRecord, Conversation, Id, Kind, Lane, Media, MediaRecord,
    Message, Notice, Place, Product, World, value,
};
use crate::domain::{Field, Login, Timestamp};

impl World {
    /// Applies one change. A change that no longer fits (its object is gone) does nothing.
    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::Settings(settings) => self.settings = settings,
            Change::Callback { login, destination } => match destination {
                Some(destination) => drop(self.callbacks.insert(login, destination)),
                None => drop(self.callbacks.remove(&login)),
            },
            Change::Account(account) => self.add_account(AccountRecord::new(*account)),
            Change::Figures {
                account,
                followers,
                follows,
            } => self.set_figures(account, followers, follows),
            Change::Token(token) => {
                self.tokens_made += 1;
                self.tokens.insert(token.text.clone(), token);
            }
            Change::Subscribed {
                account,
                login,
                fields,
            } => {
                if let Some(record) = self.accounts.get_mut(&account) {
                    record.subscribed.insert(login, fields);
                }
            }
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
            Change::CommentHidden { id, hidden } => {
                if let Some(record) = self.comments.get_mut(&id) {
                    record.comment.hidden = hidden;
                }
            }
            Change::StoryExpired {
                id,
                at,
                tell_at,
                insights,
            } => {
                if let Some(record) = self.media.get_mut(&id) {
                    record.media.expired_at = Some(at);
                    record.media.insights = insights;
                }
                self.end_story(id, tell_at);
            }
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

    fn add_account(&mut self, record: AccountRecord) {
        let account = &record.account;
        for kind in [
            Kind::Account,
            Kind::AppScoped,
            Kind::Page,
            Kind::FacebookUser,
            Kind::Business,
        ] {
            *self.made.entry(kind).or_default() += 1;
        }
        self.by_username.insert(account.username.clone(), account.id);
        self.by_page.insert(account.page.id, account.id);
        self.by_app_scoped.insert(account.app_scoped_id, account.id);
        self.accounts.insert(account.id, record);
    }

    fn set_figures(&mut self, account: Id, followers: Option<u64>, follows: Option<u64>) {
        if let Some(record) = self.accounts.get_mut(&account) {
            record.account.followers = followers.unwrap_or(record.account.followers);
            record.account.follows = follows.unwrap_or(record.account.follows);
        }
    }

    fn add_media(&mut self, media: Media) {
        *self.made.entry(Kind::Media).or_default() += 1;
        let place = media.place();
        for tagged in &media.tagged {
            if let Some(record) = self.accounts.get_mut(tagged) {
                record.tagged.insert(place);
            }
        }
        if let Some(shelf) = self.shelf(&media) {
            shelf.insert(place);
        }
        if media.product == Product::Story && media.owner.is_some() {
            self.living_stories.insert(place);
        }
        let record = MediaRecord {
            media,
            comments: BTreeSet::new(),
            comments_count: 0,
        };
        self.media.insert(record.media.id, record);
    }

    /// The list of its account that media stands in: items of carousels, ads and broadcasts in none.
    fn shelf(&mut self, media: &Media) -> Option<&mut BTreeSet<Place>> {
        let record = self.accounts.get_mut(&media.owner?)?;
        match media.product {
            Product::Feed | Product::Reels if media.carousel.is_none() => Some(&mut record.posts),
            Product::Story => Some(&mut record.stories),
            Product::Feed | Product::Reels | Product::Ad | Product::Live => None,
        }
    }

    fn delete_media(&mut self, id: Id) {
        let Some(record) = self.media.remove(&id) else {
            return;
        };
        let place = record.media.place();
        for comment in record.comments {
            self.delete_comment(comment.id);
        }
        if let Some(shelf) = self.shelf(&record.media) {
            shelf.remove(&place);
        }
        for tagged in &record.media.tagged {
            if let Some(account) = self.accounts.get_mut(tagged) {
                account.tagged.remove(&place);
            }
        }
        self.living_stories.remove(&place);
        for child in record.media.children {
            self.media.remove(&child);
        }
    }

    fn add_comment(&mut self, comment: Comment, told_at: Option<Timestamp>) {
        *self.made.entry(Kind::Comment).or_default() += 1;
        let Some(record) = self.media.get_mut(&comment.media) else {
            return;
        };
        record.comments_count += 1;
        match comment.parent.and_then(|parent| self.comments.get_mut(&parent)) {
            Some(parent) => drop(parent.replies.insert(comment.place())),
            None if comment.ad.is_none() => drop(record.comments.insert(comment.place())),
            None => {}
        }
        if let (Some(at), Some(owner)) = (told_at, record.media.owner) {
            let live = record.media.product == Product::Live;
            let field = if live {
                Field::LiveComments
            } else {
                Field::Comments
            };
            let value = value::comment(&comment, &record.media);
            self.tell(owner, &field, Channel::Changes, at, &value);
        }
        let record = CommentRecord {
            comment,
            replies: BTreeSet::new(),
        };
        self.comments.insert(record.comment.id, record);
    }

    fn delete_comment(&mut self, id: Id) {
        let Some(record) = self.comments.remove(&id) else {
            return;
        };
        let place = record.comment.place();
        let gone = 1 + record.replies.len();
        for reply in &record.replies {
            self.comments.remove(&reply.id);
        }
        if let Some(media) = self.media.get_mut(&record.comment.media) {
            media.comments.remove(&place);
            media.comments_count = media
                .comments_count
                .saturating_sub(u64::try_from(gone).unwrap_or(u64::MAX));
        }
        if let Some(parent) = record
            .comment
            .parent
            .and_then(|parent| self.comments.get_mut(&parent))
        {
            parent.replies.remove(&place);
        }
    }

    fn end_story(&mut self, id: Id, tell_at: Timestamp) {
        let Some(record) = self.media.get(&id) else { return };
        let (place, owner) = (record.media.place(), record.media.owner);
        let value = value::story(id, &record.media.insights);
        self.living_stories.remove(&place);
        if let Some(owner) = owner {
            self.tell(owner, &Field::StoryInsights, Channel::Changes, tell_at, &value);
        }
    }

    fn mention(&mut self, account: Id, media: Id, comment: Option<Id>, at: Timestamp) {
        self.mentioned.insert((account, comment.unwrap_or(media)));
        let value = value::mention(media, comment);
        self.tell(account, &Field::Mentions, Channel::Changes, at, &value);
        // With Instagram Login a mention in a comment is told as a comment (meta-webhooks.md §4.0).
        let comment = comment.and_then(|id| self.comments.get(&id));
        if let (Some(record), Some(on)) = (comment, self.media.get(&media)) {
            let value = value::comment(&record.comment, &on.media);
            let lane = Lane {
                login: Login::Instagram,
                channel: Channel::Changes,
            };
            self.queue(lane, account, &Field::Comments, at, &value);
        }
    }

    fn add_message(&mut self, message: Message) {
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

    fn edit_message(&mut self, mid: &str, text: String, at: Timestamp) {
        let Some(message) = self.messages.get_mut(mid) else {
            return;
        };
        message.text = Some(text);
        message.edits += 1;
        let (account, value) = (message.account, value::edit(message, at));
        self.tell(account, &Field::MessageEdit, Channel::Messaging, at, &value);
    }

    fn delete_message(&mut self, mid: &str, at: Timestamp) {
        let Some(message) = self.messages.get_mut(mid) else {
            return;
        };
        message.deleted = true;
        let (account, value) = (message.account, value::message(message, at));
        self.tell(account, &Field::Messages, Channel::Messaging, at, &value);
    }

    /// Queues an update for every app to which the account is subscribed and that is told of the field.
    fn tell(&mut self, account: Id, field: &Field, channel: Channel, due: Timestamp, value: &str) {
        for login in Login::ALL {
            let facebook_only = matches!(field, Field::StoryInsights | Field::Mentions);
            if !(facebook_only && login == Login::Instagram) {
                self.queue(Lane { login, channel }, account, field, due, value);
            }
        }
    }

    fn queue(&mut self, lane: Lane, account: Id, field: &Field, due: Timestamp, value: &str) {
        let Some(record) = self.accounts.get(&account) else {
            return;
        };
        let listens = self.settings.listens_to(field) && self.callbacks.contains_key(&lane.login);
        if !listens || record.subscribed_to(lane.login).is_empty() {
            return;
        }
        let number = self.notices_made;
        self.notices_made += 1;
        self.ready.entry(lane).or_default().insert((due, number));
        let notice = Notice {
            number,
            lane,
            account,
            field: field.clone(),
            value: value.to_owned(),
            due,
        };
        self.notices.insert(number, notice);
    }

    fn settle(&mut self, numbers: &[u64]) {
        for number in numbers {
            let Some(notice) = self.notices.remove(number) else {
                continue;
            };
            if let Some(ready) = self.ready.get_mut(&notice.lane) {
                ready.remove(&(notice.due, *number));
            }
        }
    }
}

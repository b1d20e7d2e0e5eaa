//! The world itself: everything by id, and what waits to be told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{
    Account, AccountRecord, Code, CommentRecord, Container, Conversation, Destination, FacebookUser, Id,
    Kind, Lane, MediaRecord, Message, Notice, PageRecord, Place, Portfolio, Registration, Task, Token,
};
use crate::domain::{Login, Timestamp};
use crate::sandbox::settings::Settings;

/// The state that all changes so far have made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct World {
    #[serde(skip)]
    pub(crate) seed: u64,
    pub(crate) settings: Settings,
    pub(crate) callbacks: BTreeMap<Login, Destination>,
    pub(super) apps: BTreeMap<Login, Registration>,
    /// What the Facebook app listens to, where it said so itself.
    pub(super) facebook_fields: Option<Vec<String>>,
    pub(crate) users: BTreeMap<Id, FacebookUser>,
    pub(crate) pages: BTreeMap<Id, PageRecord>,
    /// By Page: those that are in one.
    #[serde(default)]
    pub(super) portfolios: BTreeMap<Id, Portfolio>,
    /// By person and Page; nobody is without a task.
    pub(super) roles: BTreeMap<Id, BTreeMap<Id, Vec<Task>>>,
    pub(crate) accounts: HashMap<Id, AccountRecord>,
    pub(super) by_username: HashMap<String, Id>,
    pub(super) by_app_scoped: HashMap<Id, Id>,
    #[serde(default)]
    pub(crate) containers: HashMap<Id, Container>,
    pub(crate) media: HashMap<Id, MediaRecord>,
    pub(crate) comments: HashMap<Id, CommentRecord>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) conversations: HashMap<String, Conversation>,
    pub(crate) messages: HashMap<String, Message>,
    /// Mentions that an account may look up: (account, comment or media).
    pub(super) mentioned: BTreeSet<(Id, Id)>,
    pub(super) living_stories: BTreeSet<Place>,
    pub(super) made: HashMap<Kind, u64>,
    pub(super) tokens_made: u64,
    /// What nobody has acknowledged.
    pub(super) notices: HashMap<u64, Notice>,
    #[serde(skip)]
    pub(super) ready: BTreeMap<Lane, BTreeSet<(Timestamp, u64)>>,
    pub(super) notices_made: u64,
}

impl World {
    /// An empty world.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    /// New ids of a kind, none of which is taken.
    pub(crate) fn fresh(&self, kind: Kind) -> impl Iterator<Item = Id> {
        let from = self.made.get(&kind).copied().unwrap_or(0);
        (from..)
            .map(move |nth| kind.id(self.seed, nth))
            .filter(|id| !self.is_taken(*id))
    }

    /// Whether an object goes by this id.
    pub(crate) fn is_taken(&self, id: Id) -> bool {
        self.accounts.contains_key(&id)
            || self.media.contains_key(&id)
            || self.containers.contains_key(&id)
            || self.comments.contains_key(&id)
            || self.users.contains_key(&id)
            || self.pages.contains_key(&id)
            || self.by_app_scoped.contains_key(&id)
    }

    /// How many tokens were ever made: a part of the next one's text.
    pub(crate) const fn tokens_made(&self) -> u64 {
        self.tokens_made
    }

    /// An account by its id, its user name, its Page or its app-scoped id.
    pub(crate) fn account_called(&self, name: &str) -> Option<&AccountRecord> {
        if let Some(id) = self.by_username.get(name) {
            return self.accounts.get(id);
        }
        let id: Id = name.parse().ok()?;
        self.accounts
            .get(&id)
            .or_else(|| self.account_of_page(id))
            .or_else(|| self.account_scoped(id))
    }

    /// The account with this app-scoped id.
    pub(crate) fn account_scoped(&self, id: Id) -> Option<&AccountRecord> {
        self.accounts.get(self.by_app_scoped.get(&id)?)
    }

    /// The fields that an app listens to.
    pub(crate) fn listens_to(&self, login: Login) -> &[String] {
        let own = self.facebook_fields.as_ref().filter(|_| login == Login::Facebook);
        own.unwrap_or(&self.settings.app_fields)
    }

    /// The account that owns media.
    pub(crate) fn owner_of(&self, media: Id) -> Option<&Account> {
        let owner = self.media.get(&media)?.media.owner?;
        self.accounts.get(&owner).map(|record| &record.account)
    }

    /// The account that a container is for.
    pub(crate) fn container_owner(&self, container: Id) -> Option<&Account> {
        let owner = self.containers.get(&container)?.account;
        self.accounts.get(&owner).map(|record| &record.account)
    }

    /// Whether an account was told of a mention in this comment or caption.
    pub(crate) fn is_mentioned(&self, account: Id, at: Id) -> bool {
        self.mentioned.contains(&(account, at))
    }

    /// The token of this text.
    pub(crate) fn token(&self, text: &str) -> Option<&Token> {
        self.tokens.get(text)
    }

    /// The oldest story that has reached `age` and is not marked as ended.
    pub(crate) fn story_older_than(&self, latest: Timestamp) -> Option<Id> {
        self.living_stories
            .first()
            .filter(|place| place.at <= latest)
            .map(|place| place.id)
    }

    /// Takes up to `most` due updates of one lane out of the queue; they stay known until settled.
    pub(crate) fn take_due(&mut self, lane: Lane, now: Timestamp, most: usize) -> Vec<Notice> {
        let Some(ready) = self.ready.get_mut(&lane) else {
            return Vec::new();
        };
        let mut taken = Vec::new();
        while taken.len() < most {
            let Some((due, number)) = ready.first().copied() else {
                break;
            };
            if due > now {
                break;
            }
            ready.pop_first();
            taken.extend(self.notices.get(&number).cloned());
        }
        taken
    }

    /// Lanes with anything due.
    pub(crate) fn due_lanes(&self, now: Timestamp) -> Vec<Lane> {
        let due = |ready: &BTreeSet<(Timestamp, u64)>| ready.first().is_some_and(|(at, _)| *at <= now);
        self.ready
            .iter()
            .filter(|(_, ready)| due(ready))
            .map(|(lane, _)| *lane)
            .collect()
    }

    /// Updates that nobody has acknowledged.
    pub(crate) fn unsettled(&self) -> usize {
        self.notices.len()
    }
}

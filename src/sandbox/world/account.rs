//! Professional accounts, with the Page, user and business that Facebook sees around them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{FacebookUser, Id, Kind, Page, PageRecord, Place, Task, World};
use crate::domain::Login;

/// An Instagram account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The professional account's id, `17841…`.
    pub(crate) id: Id,
    /// The id that an Instagram Login app sees as `id`.
    pub(crate) app_scoped_id: Id,
    pub(crate) username: String,
    pub(crate) name: String,
    /// As Meta spells it: `Business` or `Media_Creator`; or `Personal`.
    pub(crate) kind: String,
    pub(crate) biography: String,
    pub(crate) website: Option<String>,
    pub(crate) picture: String,
    pub(crate) followers: u64,
    pub(crate) follows: u64,
    /// The login products that reach it.
    pub(crate) logins: Vec<Login>,
    pub(crate) page: Page,
    /// The person who made the Page, and has a role on it unless it was taken away.
    pub(crate) facebook_user: Id,
    /// The business that Meta counts calls for beside the account.
    pub(crate) business: Id,
    /// Whether it can make trial reels.
    #[serde(default = "can")]
    pub(crate) trial_reels: bool,
}

const fn can() -> bool {
    true
}

impl Account {
    /// Whether it is a business's or a creator's: no app reaches a personal account.
    pub(crate) fn is_professional(&self) -> bool {
        !self.kind.eq_ignore_ascii_case("personal")
    }
}

/// An account with what belongs to it, in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccountRecord {
    pub(crate) account: Account,
    /// Posts and reels, not stories, ads or broadcasts.
    pub(crate) posts: BTreeSet<Place>,
    pub(crate) stories: BTreeSet<Place>,
    /// Media of others that tag it.
    pub(crate) tagged: BTreeSet<Place>,
    /// Publishing containers.
    #[serde(default)]
    pub(crate) containers: BTreeSet<Place>,
    /// What was published over the API, also what is gone since: the quota counts it.
    #[serde(default)]
    pub(crate) publications: BTreeSet<Place>,
    /// Conversations by the time of their last message.
    pub(crate) conversations: BTreeSet<(crate::domain::Timestamp, String)>,
    /// What was subscribed under each login; none or nothing: no webhooks.
    pub(crate) subscribed: BTreeMap<Login, Vec<String>>,
}

impl AccountRecord {
    /// An account of which nothing is known yet.
    pub(crate) const fn new(account: Account) -> Self {
        Self {
            account,
            posts: BTreeSet::new(),
            stories: BTreeSet::new(),
            tagged: BTreeSet::new(),
            containers: BTreeSet::new(),
            publications: BTreeSet::new(),
            conversations: BTreeSet::new(),
            subscribed: BTreeMap::new(),
        }
    }

    /// The fields subscribed under a login.
    pub(crate) fn subscribed_to(&self, login: Login) -> &[String] {
        self.subscribed.get(&login).map_or(&[], Vec::as_slice)
    }
}

impl World {
    pub(super) fn add_account(&mut self, record: AccountRecord) {
        let account = &record.account;
        for kind in [Kind::Account, Kind::AppScoped] {
            *self.made.entry(kind).or_default() += 1;
        }
        let (user, page) = (account.facebook_user, account.page.clone());
        if !self.users.contains_key(&user) {
            let name = format!("Owner of {}", page.name);
            self.add_user(FacebookUser { id: user, name });
        }
        if account.logins.contains(&Login::Facebook) {
            self.set_role(user, page.id, Task::ALL.to_vec());
        }
        self.add_page(PageRecord {
            page,
            business: account.business,
            account: Some(account.id),
        });
        self.by_username.insert(account.username.clone(), account.id);
        self.by_app_scoped.insert(account.app_scoped_id, account.id);
        self.accounts.insert(account.id, record);
    }

    pub(super) fn set_kind(&mut self, account: Id, kind: String) {
        if let Some(record) = self.accounts.get_mut(&account) {
            record.account.kind = kind;
        }
    }

    pub(super) fn set_figures(&mut self, account: Id, followers: Option<u64>, follows: Option<u64>) {
        if let Some(record) = self.accounts.get_mut(&account) {
            record.account.followers = followers.unwrap_or(record.account.followers);
            record.account.follows = follows.unwrap_or(record.account.follows);
        }
    }
}

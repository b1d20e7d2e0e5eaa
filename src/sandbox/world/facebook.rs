//! What Facebook sees around accounts: people, their Pages, and what each may do there.

use serde::{Deserialize, Serialize};

use super::{Account, AccountRecord, Holder, Id, Kind, Token, World};

/// A person on Facebook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FacebookUser {
    /// As the app names them.
    pub(crate) id: Id,
    pub(crate) name: String,
}

/// A Facebook Page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) id: Id,
    pub(crate) name: String,
}

/// A Page with what is linked to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PageRecord {
    pub(crate) page: Page,
    /// The business that Meta counts calls for.
    pub(crate) business: Id,
    /// The Instagram account, professional or not.
    pub(crate) account: Option<Id>,
}

/// What a person may do on a Page (graph-oauth.md §1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Task {
    Analyze,
    Advertise,
    Moderate,
    CreateContent,
    Manage,
    Messaging,
}

impl Task {
    /// Every task, in Meta's order.
    pub(crate) const ALL: [Self; 6] = [
        Self::Analyze,
        Self::Advertise,
        Self::Moderate,
        Self::CreateContent,
        Self::Manage,
        Self::Messaging,
    ];

    /// Meta's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Analyze => "ANALYZE",
            Self::Advertise => "ADVERTISE",
            Self::Moderate => "MODERATE",
            Self::CreateContent => "CREATE_CONTENT",
            Self::Manage => "MANAGE",
            Self::Messaging => "MESSAGING",
        }
    }

    /// Any one of these is needed for a permission to be worth something; none are needed for the others.
    pub(crate) fn any_for(scope: &str) -> &'static [Self] {
        match scope {
            "instagram_basic" | "instagram_manage_insights" => &[
                Self::Manage,
                Self::CreateContent,
                Self::Moderate,
                Self::Advertise,
                Self::Analyze,
            ],
            "instagram_content_publish" => &[Self::Manage, Self::CreateContent],
            "instagram_manage_comments" => &[Self::Manage, Self::CreateContent, Self::Moderate],
            "pages_manage_metadata" => &[Self::Moderate],
            _ => &[],
        }
    }
}

impl World {
    pub(super) fn add_user(&mut self, user: FacebookUser) {
        *self.made.entry(Kind::FacebookUser).or_default() += 1;
        self.users.insert(user.id, user);
    }

    pub(super) fn add_page(&mut self, record: PageRecord) {
        *self.made.entry(Kind::Page).or_default() += 1;
        *self.made.entry(Kind::Business).or_default() += 1;
        self.pages.insert(record.page.id, record);
    }

    /// Gives a person a role on a Page; without any task they have none.
    pub(super) fn set_role(&mut self, user: Id, page: Id, tasks: Vec<Task>) {
        let roles = self.roles.entry(user).or_default();
        if tasks.is_empty() {
            roles.remove(&page);
        } else {
            roles.insert(page, tasks);
        }
    }

    /// What a person may do on a Page.
    pub(crate) fn tasks(&self, user: Id, page: Id) -> &[Task] {
        let roles = self.roles.get(&user).and_then(|roles| roles.get(&page));
        roles.map_or(&[], Vec::as_slice)
    }

    /// The Pages on which a person has a role, in order.
    pub(crate) fn pages_of(&self, user: Id) -> impl Iterator<Item = &PageRecord> {
        let roles = self.roles.get(&user).into_iter().flatten();
        roles.filter_map(|(page, _)| self.pages.get(page))
    }

    /// The Pages that a token shows: those of its person that were ticked, or its own.
    pub(crate) fn pages_of_token(&self, token: &Token) -> Vec<&PageRecord> {
        match token.holder {
            Holder::User(user) => {
                let theirs = self.pages_of(user);
                theirs.filter(|record| token.shows(record.page.id)).collect()
            }
            Holder::Page(page) => self.pages.get(&page).into_iter().collect(),
            Holder::Account(_) => Vec::new(),
        }
    }

    /// The account linked to a Page.
    pub(crate) fn account_of_page(&self, page: Id) -> Option<&AccountRecord> {
        self.accounts.get(&self.pages.get(&page)?.account?)
    }

    /// The person on Facebook with whose login a token came.
    pub(crate) fn person_behind(&self, token: &Token) -> Option<Id> {
        match token.holder {
            Holder::User(user) => Some(user),
            Holder::Account(_) => None,
            Holder::Page(page) => {
                let made_with = token.made_with.as_deref().and_then(|text| self.tokens.get(text));
                match made_with.map(|token| token.holder) {
                    Some(Holder::User(user)) => Some(user),
                    _ => self
                        .account_of_page(page)
                        .map(|record| record.account.facebook_user),
                }
            }
        }
    }

    /// Whether a token speaks for an account.
    pub(crate) fn reaches(&self, token: &Token, account: &Account) -> bool {
        let page = account.page.id;
        account.logins.contains(&token.login)
            && !token.left_out.contains(&account.id)
            && match token.holder {
                Holder::User(user) => token.shows(page) && !self.tasks(user, page).is_empty(),
                Holder::Page(id) => id == page,
                Holder::Account(id) => id == account.id,
            }
    }
}

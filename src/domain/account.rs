//! Accounts and the two login products through which they are connected.

use super::{AccountKey, Field, WorkspaceId};

/// The login product that gave a token (graph-oauth.md). It decides the host, the scopes' names and
/// which operations exist.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type,
)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Login {
    /// Instagram API with Facebook Login, `graph.facebook.com`.
    Facebook,
    /// Instagram API with Instagram Login, `graph.instagram.com`.
    Instagram,
}

impl Login {
    /// Both products.
    pub const ALL: [Self; 2] = [Self::Facebook, Self::Instagram];

    /// Its word in configuration, URLs and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
        }
    }

    /// The permission that reading comments needs (graph-comments-and-messages.md, head).
    pub const fn comments_scope(self) -> &'static str {
        match self {
            Self::Facebook => "instagram_manage_comments",
            Self::Instagram => "instagram_business_manage_comments",
        }
    }

    /// The permission that reading the account and its media needs.
    pub const fn basic_scope(self) -> &'static str {
        match self {
            Self::Facebook => "instagram_basic",
            Self::Instagram => "instagram_business_basic",
        }
    }

    /// The permission that publishing needs (graph-publishing.md §1).
    pub const fn publishing_scope(self) -> &'static str {
        match self {
            Self::Facebook => "instagram_content_publish",
            Self::Instagram => "instagram_business_content_publish",
        }
    }

    /// The permission that serves a need.
    pub const fn scope(self, need: Need) -> &'static str {
        match need {
            Need::Basic => self.basic_scope(),
            Need::Comments => self.comments_scope(),
        }
    }

    /// The need that a permission serves; the least one for any that Belino does not ask for.
    pub fn need(self, scope: &str) -> Need {
        if scope == self.comments_scope() {
            Need::Comments
        } else {
            Need::Basic
        }
    }
}

/// What a read must be permitted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The account and its media.
    Basic,
    /// Comments on its media, and what mentions it.
    Comments,
}

impl Need {
    /// What reading more about an event's object needs.
    pub const fn of(field: &Field) -> Self {
        match field {
            Field::StoryInsights => Self::Basic,
            _ => Self::Comments,
        }
    }

    /// This need and those that it rests on, the first one first.
    pub const fn chain(self) -> &'static [Self] {
        match self {
            Self::Basic => &[Self::Basic],
            Self::Comments => &[Self::Basic, Self::Comments],
        }
    }
}

impl std::fmt::Display for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Login {
    type Err = super::UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "facebook" => Ok(Self::Facebook),
            "instagram" => Ok(Self::Instagram),
            other => Err(super::UnknownWord(other.to_owned(), "facebook, instagram")),
        }
    }
}

/// An Instagram professional account, unique in the installation. One that no workspace owns yet is
/// known by the ids of its events only.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Account {
    /// Belino's key.
    pub key: AccountKey,
    /// Meta's id of it: the professional account's (`1784…`), or the id its events came under.
    pub instagram_id: String,
    /// The tenant that owns it.
    pub workspace_id: Option<WorkspaceId>,
    /// Its user name, once read.
    pub username: Option<String>,
}

//! Accounts and the people behind tokens (graph-oauth.md §1.7, §2.5).

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::value::RawValue;

use super::page::Edge;
use super::request::Request;
use super::{Access, Answer, Graph, GraphError, LinkedAccount, lenient};
use crate::domain::{Login, Need};

const FACEBOOK_ACCOUNT_FIELDS: &str =
    "id,username,name,profile_picture_url,followers_count,follows_count,media_count";
const INSTAGRAM_ACCOUNT_FIELDS: &str = "id,user_id,username,name,account_type,profile_picture_url,\
                                        followers_count,follows_count,media_count";

/// An Instagram professional account as Graph tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Profile {
    /// What Graph calls `id`: on the Instagram host the app-scoped id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// The professional account's id, which only the Instagram host sends.
    #[serde(default, deserialize_with = "lenient::text")]
    user_id: Option<String>,
    /// The user name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub username: Option<String>,
    /// The name shown.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// `Business` or `Media_Creator`, in either case; the Facebook host does not tell.
    #[serde(default, deserialize_with = "lenient::text")]
    pub account_type: Option<String>,
    /// Where the picture is, for some days.
    #[serde(default, deserialize_with = "lenient::text")]
    pub profile_picture_url: Option<String>,
    /// How many follow it.
    #[serde(default, deserialize_with = "lenient::count")]
    pub followers_count: Option<i64>,
    /// How many it follows.
    #[serde(default, deserialize_with = "lenient::count")]
    pub follows_count: Option<i64>,
    /// How many media it has.
    #[serde(default, deserialize_with = "lenient::count")]
    pub media_count: Option<i64>,
}

impl Profile {
    /// The professional account's id (`1784…`): what webhooks name and paths take.
    pub fn instagram_id(&self) -> &str {
        self.user_id.as_deref().unwrap_or(&self.id)
    }

    /// The app-scoped id, where the host has one.
    pub fn scoped_id(&self) -> Option<&str> {
        self.user_id.as_ref().map(|_| self.id.as_str())
    }
}

impl From<LinkedAccount> for Profile {
    fn from(account: LinkedAccount) -> Self {
        Self {
            id: account.id,
            user_id: None,
            username: account.username,
            name: account.name,
            account_type: None,
            profile_picture_url: account.profile_picture_url,
            followers_count: None,
            follows_count: None,
            media_count: None,
        }
    }
}

/// For whom a token speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Me {
    /// The account itself: a token of Instagram Login.
    Account(Profile),
    /// A Facebook user, or the Page if it is a Page's token.
    Facebook {
        /// That user's or Page's id.
        id: String,
    },
}

/// A permission and whether it was given.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Permission {
    /// Its name.
    pub permission: String,
    /// `granted`, `declined` or `expired`; an open set.
    #[serde(default)]
    pub status: String,
}

impl Permission {
    /// Whether it can be used.
    pub fn is_granted(&self) -> bool {
        self.status == "granted"
    }
}

#[derive(Deserialize)]
struct Node {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
}

/// An object flat, or as the only one in `data`, as Meta's guide shows it.
pub(super) struct Flat<T>(pub(super) T);

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Flat<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wrapped<'a> {
            #[serde(borrow, default)]
            data: Vec<&'a RawValue>,
        }

        let raw = <&RawValue>::deserialize(from)?.get();
        let wrapped = serde_json::from_str::<Wrapped<'_>>(raw).ok();
        let inner = wrapped.and_then(|wrapped| wrapped.data.first().map(|first| first.get()));
        serde_json::from_str(inner.unwrap_or(raw))
            .map(Self)
            .map_err(D::Error::custom)
    }
}

impl Graph {
    /// Asks for whom the token speaks. Under Facebook Login that is not the account: read that by its id.
    pub async fn me(&self, access: &Access) -> Result<Answer<Me>, GraphError> {
        let request = Request::node("me", "me");
        Ok(match access.login {
            Login::Facebook => self
                .send::<Node>(access, request.with("fields", "id"))
                .await?
                .map(|node| Me::Facebook { id: node.id }),
            Login::Instagram => self
                .send::<Flat<Profile>>(access, request.with("fields", INSTAGRAM_ACCOUNT_FIELDS))
                .await?
                .map(|profile| Me::Account(profile.0)),
        })
    }

    /// Reads an account.
    pub async fn account(&self, access: &Access, instagram_id: &str) -> Result<Answer<Profile>, GraphError> {
        let fields = match access.login {
            Login::Facebook => FACEBOOK_ACCOUNT_FIELDS,
            Login::Instagram => INSTAGRAM_ACCOUNT_FIELDS,
        };
        let request = Request::node("account", instagram_id).with("fields", fields);
        Ok(self
            .send::<Flat<Profile>>(access, request)
            .await?
            .map(|profile| profile.0))
    }

    /// Makes the cheapest read that a need permits, of nothing but the account's own: does the access work?
    /// It may find nothing; what counts is whether it may look.
    pub async fn probe(&self, access: &Access, need: Need) -> Result<Answer<()>, GraphError> {
        let account = &access.instagram_id;
        Ok(match need {
            Need::Basic => {
                let request = Request::node("probe", account).with("fields", "id");
                self.send::<Flat<Node>>(access, request).await?.map(drop)
            }
            Need::Comments => {
                let request = Request::edge(account, "media")
                    .named("probe")
                    .with("fields", "id,comments.limit(1){id}")
                    .with("limit", "1");
                self.send::<Edge<Node>>(access, request).await?.map(drop)
            }
        })
    }

    /// Reads which permissions the person gave. Facebook Login only, with the user's token.
    pub async fn permissions(&self, access: &Access) -> Result<Answer<Vec<Permission>>, GraphError> {
        let request = Request::edge("me", "permissions");
        Ok(self
            .send::<Edge<Permission>>(access, request)
            .await?
            .map(|edge| edge.alone(None).data))
    }
}

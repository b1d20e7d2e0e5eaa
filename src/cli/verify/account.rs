//! An account at Meta, with posts on which people write.

use serde_json::{Value, json};

use super::payload::Comment;
use crate::cli::Failure;
use crate::cli::meta::{Meta, text};

/// Posts of each account.
pub(super) const POSTS: usize = 4;

/// An account at Meta, connected to the service.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) token: String,
    pub(super) posts: Vec<String>,
}

impl Account {
    /// A new one, with posts.
    pub(super) async fn open(meta: &Meta) -> Result<Self, Failure> {
        let made = meta.make("accounts", json!({ "logins": ["instagram"] })).await?;
        let id = told(&made, "/id")?;
        let mut posts = Vec::with_capacity(POSTS);
        for _ in 0..POSTS {
            posts.push(told(&meta.make("media", json!({ "account": id })).await?, "/id")?);
        }
        Ok(Self {
            token: told(&made, "/tokens/instagram/access_token")?,
            id,
            posts,
        })
    }

    /// New comments on one of its posts of which the sandbox tells nobody: the run sends them itself.
    pub(super) async fn comments(
        &self,
        meta: &Meta,
        post: &str,
        count: usize,
    ) -> Result<Vec<Comment>, Failure> {
        let wanted = json!({ "media_id": post, "count": count, "announce": false });
        let made = meta.make("comments", wanted).await?;
        let ids = made.get("ids").and_then(Value::as_array).into_iter().flatten();
        let comment = |id: &str| Comment {
            id: id.to_owned(),
            media: post.to_owned(),
            account: self.id.clone(),
        };
        Ok(ids.filter_map(Value::as_str).map(comment).collect())
    }
}

/// What the sandbox told there.
pub(super) fn told(answer: &Value, place: &str) -> Result<String, Failure> {
    text(answer, place).ok_or_else(|| Failure::Unsuccessful(format!("the sandbox told no {place}")))
}

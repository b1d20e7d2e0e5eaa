//! Things as control answers show them: whole, in plain JSON, times as RFC 3339.

use serde_json::{Value, json};

use crate::domain::{Login, Timestamp};
use crate::sandbox::world::{
    AccountRecord, Comment, Container, FacebookUser, Holder, Media, Message, PageRecord, Token, World,
};

/// An account with its tokens.
pub(crate) fn account(world: &World, record: &AccountRecord) -> Value {
    let account = &record.account;
    let mut tokens: Vec<&Token> = world
        .tokens
        .values()
        .filter(|token| world.reaches(token, account))
        .collect();
    tokens.sort_by_key(|token| (token.issued_at, &token.text));
    let of = |login: Login, page: bool| {
        let fits = |token: &&&Token| token.login == login && matches!(token.holder, Holder::Page(_)) == page;
        tokens.iter().rev().find(fits).map(|token| self::token(token))
    };
    let subscribed: Vec<&str> = Login::ALL
        .into_iter()
        .filter(|login| !record.subscribed_to(*login).is_empty())
        .map(Login::as_str)
        .collect();
    json!({
        "id": account.id,
        "instagram_id": account.id,
        "app_scoped_id": account.app_scoped_id,
        "username": account.username,
        "name": account.name,
        "account_type": account.kind,
        "profile_picture_url": account.picture,
        "followers_count": account.followers,
        "follows_count": account.follows,
        "media_count": record.posts.len(),
        "logins": account.logins,
        "subscribed": subscribed,
        "page_id": account.page.id,
        "facebook_user_id": account.facebook_user,
        "business_id": account.business,
        "trial_reels": account.trial_reels,
        "tokens": {
            "facebook": { "user": of(Login::Facebook, false), "page": of(Login::Facebook, true) },
            "instagram": of(Login::Instagram, false),
        },
    })
}

/// A token with its state.
pub(crate) fn token(token: &Token) -> Value {
    let (kind, of) = match token.holder {
        Holder::User(id) => ("user", id),
        Holder::Page(id) => ("page", id),
        Holder::Account(id) => ("account", id),
    };
    json!({
        "access_token": token.text,
        "login": token.login,
        "kind": kind,
        "of": of,
        "scopes": token.scopes,
        "declined": token.declined,
        "ticked_pages": token.ticked,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "data_access_expires_at": token.data_access_expires_at,
        "revoked": token.revoked,
    })
}

/// A person on Facebook with their Pages.
pub(crate) fn user(world: &World, user: &FacebookUser) -> Value {
    let pages: Vec<Value> = world
        .pages_of(user.id)
        .map(|record| json!({ "id": record.page.id, "tasks": world.tasks(user.id, record.page.id) }))
        .collect();
    json!({ "id": user.id, "name": user.name, "pages": pages })
}

/// A Page with those who have a role on it.
pub(crate) fn page(world: &World, record: &PageRecord) -> Value {
    let page = record.page.id;
    let roles: Vec<Value> = world
        .users
        .keys()
        .map(|user| (user, world.tasks(*user, page)))
        .filter(|(_, tasks)| !tasks.is_empty())
        .map(|(user, tasks)| json!({ "facebook_user_id": user, "tasks": tasks }))
        .collect();
    json!({
        "id": page,
        "name": record.page.name,
        "account": record.account,
        "roles": roles,
        "business_id": record.business,
        "portfolio": world.portfolio(page),
    })
}

/// A media object.
pub(crate) fn media(media: &Media) -> Value {
    json!({
        "id": media.id,
        "account": media.owner,
        "username": media.username,
        "media_type": media.form,
        "media_product_type": media.product,
        "caption": media.caption,
        "permalink": media.permalink(),
        "timestamp": media.timestamp,
        "like_count": media.like_count,
        "is_comment_enabled": media.comments_enabled,
        "children": media.children,
        "expired_at": media.expired_at,
        "insights": media.insights,
        "container": media.container,
        "read_from": media.read_from,
        "details": media.details,
    })
}

/// A publishing container with its state.
pub(crate) fn container(of: &Container, now: Timestamp) -> Value {
    let mut shown = json!(of);
    if let Some(members) = shown.as_object_mut() {
        members.insert("status_code".to_owned(), json!(of.status(now)));
    }
    shown
}

/// A comment.
pub(crate) fn comment(comment: &Comment) -> Value {
    json!({
        "id": comment.id,
        "media_id": comment.media,
        "parent_id": comment.parent,
        "text": comment.text,
        "from": comment.from,
        "by_owner": comment.by_owner,
        "timestamp": comment.timestamp,
        "like_count": comment.like_count,
        "hidden": comment.hidden,
        "ad_id": comment.ad.as_ref().map(|ad| &ad.id),
    })
}

/// A message.
pub(crate) fn message(message: &Message) -> Value {
    json!({
        "mid": message.mid,
        "conversation_id": message.conversation,
        "account": message.account,
        "from": message.person,
        "echo": message.echo,
        "text": message.text,
        "attachments": message.attachments,
        "at": message.at,
        "num_edit": message.edits,
        "deleted": message.deleted,
    })
}

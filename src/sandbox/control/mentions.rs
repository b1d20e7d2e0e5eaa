//! Mentions of our accounts in other people's captions and comments.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde_json::json;

use super::input::{self, Input};
use super::problem::Problem;
use super::{comments, media};
use crate::domain::Timestamp;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Comment, Id, Kind, Media, Product, World};

/// What a request says of a mention.
struct Wanted {
    account: Option<String>,
    /// In a comment, or else in the caption.
    in_comment: bool,
    author: String,
    text: Option<String>,
    comments_enabled: bool,
}

/// `POST /sandbox/mentions`
pub(crate) async fn create(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let wanted = Wanted {
        account: input.optional("account")?,
        in_comment: input.or("in_comment", true)?,
        author: input.or("username", "mila.kocht".to_owned())?,
        text: input.optional("text")?,
        comments_enabled: input.or("comments_enabled", true)?,
    };
    input.done()?;
    let now = meta.now();
    let (account, media, comment) = meta.change(|world| mention(world, &wanted, now))?;
    Ok(HttpResponse::Ok().json(json!({ "account": account, "media_id": media, "comment_id": comment })))
}

/// The account, the media, and the comment if it is in one.
type Made = (Id, Id, Option<Id>);

fn mention(world: &World, wanted: &Wanted, now: Timestamp) -> Result<(Vec<Change>, Made), Problem> {
    let account = &input::account(world, wanted.account.as_deref())?.account;
    let text = wanted
        .text
        .clone()
        .unwrap_or_else(|| format!("breakfast at @{} /again/", account.username));
    let foreign = media::Wanted {
        id: None,
        account: None,
        stranger: Some(wanted.author.clone()),
        product: Product::Feed,
        media_type: None,
        caption: Some(if wanted.in_comment {
            "Sunday".to_owned()
        } else {
            text.clone()
        }),
        timestamp: None,
        like_count: 7,
        comments_enabled: wanted.comments_enabled,
        children: 0,
        original: None,
        tagged: Vec::new(),
    };
    let (mut changes, media) = media::make(world, &foreign, now)?;
    let comment = wanted
        .in_comment
        .then(|| remark(world, account.id, wanted, &media, &text, now));
    let id = comment.as_ref().map(|comment| comment.id);
    changes.extend(comment.map(|comment| Change::Comments {
        written: vec![comment],
        announce: false,
        at: now,
    }));
    changes.push(Change::Mentioned {
        account: account.id,
        media: media.id,
        comment: id,
        at: now,
    });
    Ok((changes, (account.id, media.id, id)))
}

fn remark(world: &World, account: Id, wanted: &Wanted, on: &Media, text: &str, now: Timestamp) -> Comment {
    let id = world
        .fresh(Kind::Comment)
        .next()
        .expect("a range of ids does not end");
    Comment {
        id,
        media: on.id,
        parent: None,
        text: text.into(),
        from: comments::person(world, Some(account), Some(&wanted.author), id),
        by_owner: false,
        timestamp: now,
        like_count: 0,
        hidden: false,
        ad: None,
    }
}

//! Looking: at the calls Graph got, at what followers see, at what was sent and what was answered.

use std::sync::Arc;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::input;
use super::problem::Problem;
use super::view;
use crate::sandbox::meta::Meta;
use crate::sandbox::outbox::{self, Attempt};
use crate::sandbox::world::{MediaRecord, World};

/// How much to look at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    limit: Option<usize>,
    /// Calls about one account.
    account: Option<String>,
    /// Calls whose path begins so.
    path: Option<String>,
    /// Deliveries with their bodies.
    bodies: Option<bool>,
}

/// Unless said otherwise.
const USUAL: usize = 100;

/// What followers are shown of one post's comments.
const COMMENTS: usize = 20;

/// `GET /sandbox/calls`
pub(crate) async fn calls(meta: Data<Meta>, look: Query<Look>) -> HttpResponse {
    let (total, calls) = meta.calls.last(look.limit.unwrap_or(USUAL), |call| {
        let account = call.account.map(|id| id.to_string());
        look.account
            .as_ref()
            .is_none_or(|wanted| account.as_ref() == Some(wanted))
            && look.path.as_ref().is_none_or(|path| call.path.starts_with(path))
    });
    HttpResponse::Ok().json(json!({ "total": total, "data": calls }))
}

/// `GET /sandbox/feed/{account}`: posts and living stories, newest first, with what is said under them.
pub(crate) async fn feed(
    meta: Data<Meta>,
    name: Path<String>,
    look: Query<Look>,
) -> Result<HttpResponse, Problem> {
    let world = meta.world();
    let record = input::account_of_path(&world, &name)?;
    let now = meta.now();
    let media = |id| world.media.get(&id);
    let posts = record.posts.iter().rev().filter_map(|place| media(place.id));
    let stories = record.stories.iter().rev().filter_map(|place| media(place.id));
    let living = stories.filter(|record| record.media.is_living_story(now));
    let posts: Vec<Value> = posts
        .take(look.limit.unwrap_or(20))
        .map(|post| post_view(&world, post))
        .collect();
    let stories: Vec<Value> = living.map(|story| view::media(&story.media)).collect();
    Ok(HttpResponse::Ok().json(json!({
        "username": record.account.username,
        "followers_count": record.account.followers,
        "posts": posts,
        "stories": stories,
    })))
}

fn post_view(world: &World, post: &MediaRecord) -> Value {
    let visible = |id| world.comments.get(&id).filter(|record| !record.comment.hidden);
    let comments = post
        .comments
        .iter()
        .rev()
        .filter_map(|place| visible(place.id))
        .take(COMMENTS);
    let comments: Vec<Value> = comments
        .map(|record| {
            let replies = record.replies.iter().filter_map(|place| visible(place.id));
            let replies: Vec<Value> = replies.map(|reply| view::comment(&reply.comment)).collect();
            let mut shown = view::comment(&record.comment);
            if let Some(members) = shown.as_object_mut() {
                members.insert("replies".to_owned(), json!(replies));
            }
            shown
        })
        .collect();
    let mut shown = view::media(&post.media);
    if let Some(members) = shown.as_object_mut() {
        members.insert("comments_count".to_owned(), json!(post.comments_count));
        members.insert("comments".to_owned(), json!(comments));
    }
    shown
}

/// `GET /sandbox/deliveries`
pub(crate) async fn deliveries(meta: Data<Meta>, look: Query<Look>) -> HttpResponse {
    let (totals, waiting, attempts) = meta.outbox.report(look.limit.unwrap_or(USUAL));
    let bodies = look.bodies.unwrap_or(false);
    let data: Vec<Value> = attempts
        .iter()
        .map(|attempt| attempt_view(attempt, bodies))
        .collect();
    let unsettled = meta.world().unsettled();
    HttpResponse::Ok().json(json!({
        "totals": totals,
        "waiting_for_retry": waiting,
        "updates_unacknowledged": unsettled,
        "data": data,
    }))
}

fn attempt_view(attempt: &Attempt, body: bool) -> Value {
    let mut shown = json!(attempt);
    if let (true, Some(members)) = (body, shown.as_object_mut()) {
        members.insert("body".to_owned(), json!(String::from_utf8_lossy(&attempt.body)));
    }
    shown
}

/// `POST /sandbox/deliveries/send`: sends what is due by the clock, and answers when nothing is.
pub(crate) async fn send(meta: Data<Meta>) -> HttpResponse {
    let sent = outbox::flush(&Arc::clone(&meta)).await;
    let unsettled = meta.world().unsettled();
    HttpResponse::Ok().json(json!({ "sent": sent, "updates_unacknowledged": unsettled }))
}

/// Any other control path.
pub(crate) async fn nothing(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::NotFound {
        what: "control path",
        name: format!("{} {}", request.method(), request.path()),
    })
}

//! The public feed: what followers see of an account, whatever the API shows or was told.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::input;
use super::problem::Problem;
use super::view;
use crate::domain::Timestamp;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{AccountRecord, MediaRecord, World};

/// How much of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    limit: Option<usize>,
}

/// Posts, unless said otherwise.
const USUAL: usize = 20;

/// What is shown of one post's comments.
const COMMENTS: usize = 20;

impl Look {
    /// How many posts.
    pub(super) fn posts(&self) -> usize {
        self.limit.unwrap_or(USUAL)
    }
}

/// `GET /sandbox/feed/{account}`: posts and living stories, newest first, with what is said under them, what their
/// publisher said of them, and the container that each came of.
pub(super) async fn feed(
    meta: Data<Meta>,
    name: Path<String>,
    look: Query<Look>,
) -> Result<HttpResponse, Problem> {
    let world = meta.world();
    let record = input::account_of_path(&world, &name)?;
    let shown: Vec<Value> = posts(&world, record, look.posts())
        .map(|post| post_view(&world, post))
        .collect();
    let stories: Vec<Value> = stories(&world, record, meta.now())
        .map(|story| view::media(&story.media))
        .collect();
    Ok(HttpResponse::Ok().json(json!({
        "username": record.account.username,
        "name": record.account.name,
        "media_count": record.posts.len(),
        "followers_count": record.account.followers,
        "follows_count": record.account.follows,
        "posts": shown,
        "stories": stories,
    })))
}

/// The newest posts.
pub(super) fn posts<'w>(
    world: &'w World,
    record: &'w AccountRecord,
    most: usize,
) -> impl Iterator<Item = &'w MediaRecord> {
    let posts = record.posts.iter().rev();
    posts.filter_map(|place| world.media.get(&place.id)).take(most)
}

/// The stories of the day.
pub(super) fn stories<'w>(
    world: &'w World,
    record: &'w AccountRecord,
    now: Timestamp,
) -> impl Iterator<Item = &'w MediaRecord> {
    let stories = record.stories.iter().rev();
    stories
        .filter_map(|place| world.media.get(&place.id))
        .filter(move |record| record.media.is_living_story(now))
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
    let items = post.media.children.iter().filter_map(|id| world.media.get(id));
    let items: Vec<Value> = items.map(|item| view::media(&item.media)).collect();
    let mut shown = view::media(&post.media);
    if let Some(members) = shown.as_object_mut() {
        members.insert("items".to_owned(), json!(items));
        members.insert("comments_count".to_owned(), json!(post.comments_count));
        members.insert("comments".to_owned(), json!(comments));
    }
    shown
}

//! Writing comments: one, or as many as a load test wants.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use serde_json::json;

use super::input::{self, Input};
use super::problem::Problem;
use super::view;
use crate::domain::Timestamp;
use crate::sandbox::meta::Meta;
use crate::sandbox::seed;
use crate::sandbox::world::{Ad, Change, Comment, Id, Kind, MediaRecord, Person, World, igsid};

/// What a request says of new comments.
struct Wanted {
    id: Option<Id>,
    account: Option<String>,
    media: Option<Id>,
    parent: Option<Id>,
    text: Option<String>,
    username: Option<String>,
    by_owner: bool,
    like_count: u32,
    hidden: bool,
    ad: Option<Box<Ad>>,
    timestamp: Option<Timestamp>,
    count: u64,
    spread: Duration,
    announce: bool,
}

/// The most that one request writes.
const MOST: u64 = 1_000_000;

/// So many are written at once; readers come in between.
const CHUNK: u64 = 1_000;

/// Ids of so many are told.
const TOLD: usize = 10_000;

impl Wanted {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut input = Input::read(body)?;
        let wanted = Self {
            id: input.optional("id")?,
            account: input.optional("account")?,
            media: input.optional("media_id")?,
            parent: input.optional("parent_id")?,
            text: input.optional("text")?,
            username: input.optional("username")?,
            by_owner: input.or("by_owner", false)?,
            like_count: input.or("like_count", 0)?,
            hidden: input.or("hidden", false)?,
            ad: ad(&mut input)?,
            timestamp: input.optional("timestamp")?,
            count: input.or("count", 1)?,
            spread: Duration::from_secs(input.or("spread_seconds", 0)?),
            announce: input.or("announce", true)?,
        };
        input.done()?;
        if wanted.count == 0 || wanted.count > MOST {
            return Err(Problem::field("count", format!("from 1 to {MOST}")));
        }
        if wanted.id.is_some() && wanted.count > 1 {
            return Err(Problem::field("id", "is for a single comment"));
        }
        Ok(wanted)
    }
}

fn ad(input: &mut Input) -> Result<Option<Box<Ad>>, Problem> {
    let (id, title) = (input.optional("ad_id")?, input.optional("ad_title")?);
    Ok(id.map(|id| Box::new(Ad { id, title })))
}

/// `POST /sandbox/comments`
pub(crate) async fn create(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let wanted = Wanted::read(&body)?;
    let now = meta.now();
    let mut ids = Vec::new();
    let (mut done, mut last) = (0, None);
    while done < wanted.count {
        let until = (done + CHUNK).min(wanted.count);
        let written = meta.change(|world| write(world, &wanted, done..until, now))?;
        ids.extend(
            written
                .iter()
                .map(|comment| comment.id)
                .take(TOLD.saturating_sub(ids.len())),
        );
        last = written.into_iter().next_back();
        done = until;
        tokio::task::yield_now().await;
    }
    let last = last.as_ref().map(view::comment);
    if wanted.count == 1 {
        return Ok(HttpResponse::Ok().json(last));
    }
    Ok(HttpResponse::Ok().json(json!({ "count": done, "ids": ids, "last": last })))
}

/// `POST /sandbox/comments/{id}`: hides it, or shows it again.
pub(crate) async fn update(
    meta: Data<Meta>,
    name: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let hidden = input.required("hidden")?;
    input.done()?;
    let id = known(&meta, &name)?;
    meta.change(|_| Ok::<_, Problem>((vec![Change::CommentHidden { id, hidden }], ())))?;
    let world = meta.world();
    Ok(HttpResponse::Ok().json(
        world
            .comments
            .get(&id)
            .map(|record| view::comment(&record.comment)),
    ))
}

/// `DELETE /sandbox/comments/{id}`
pub(crate) async fn remove(meta: Data<Meta>, name: Path<String>) -> Result<HttpResponse, Problem> {
    let id = known(&meta, &name)?;
    meta.change(|_| Ok::<_, Problem>((vec![Change::CommentDeleted { id }], ())))?;
    Ok(HttpResponse::NoContent().finish())
}

fn known(meta: &Meta, name: &str) -> Result<Id, Problem> {
    let id = name
        .parse()
        .ok()
        .filter(|id| meta.world().comments.contains_key(id));
    id.ok_or_else(|| Problem::NotFound {
        what: "comment",
        name: name.to_owned(),
    })
}

fn write(
    world: &World,
    wanted: &Wanted,
    turns: std::ops::Range<u64>,
    now: Timestamp,
) -> Result<(Vec<Change>, Vec<Comment>), Problem> {
    let (media, parent) = target(world, wanted)?;
    if wanted.id.is_some_and(|id| world.is_taken(id)) {
        return Err(Problem::field("id", "is taken"));
    }
    let ids = wanted.id.into_iter().chain(world.fresh(Kind::Comment));
    let written: Vec<Comment> = turns
        .zip(ids)
        .map(|(turn, id)| one(world, wanted, media, parent, (turn, id), now))
        .collect();
    let change = Change::Comments {
        written: written.clone(),
        announce: wanted.announce,
        at: now,
    };
    Ok((vec![change], written))
}

/// The media, and the top-level comment when it is a reply: a reply to a reply belongs to that, too.
fn target<'w>(world: &'w World, wanted: &Wanted) -> Result<(&'w MediaRecord, Option<Id>), Problem> {
    let parent = match wanted.parent {
        None => None,
        Some(id) => {
            let answered = world
                .comments
                .get(&id)
                .ok_or_else(|| Problem::field("parent_id", "no such comment"))?;
            Some((answered.comment.media, answered.comment.parent.unwrap_or(id)))
        }
    };
    let media = match (parent, wanted.media) {
        (Some((media, _)), _) | (None, Some(media)) => media,
        (None, None) => {
            let record = input::account(world, wanted.account.as_deref())?;
            let newest = record.posts.last().map(|place| place.id);
            newest.ok_or_else(|| Problem::field("media_id", "is required: the account has no post yet"))?
        }
    };
    let record = world
        .media
        .get(&media)
        .ok_or_else(|| Problem::field("media_id", "no such media"))?;
    if !record.media.comments_enabled {
        return Err(Problem::field("media_id", "comments are switched off there"));
    }
    Ok((record, parent.map(|(_, id)| id)))
}

fn one(
    world: &World,
    wanted: &Wanted,
    media: &MediaRecord,
    parent: Option<Id>,
    (turn, id): (u64, Id),
    now: Timestamp,
) -> Comment {
    let end = wanted.timestamp.unwrap_or(now);
    let behind = wanted.count.saturating_sub(turn + 1);
    let step = wanted.spread.as_micros() / u128::from(wanted.count);
    let ago = Duration::from_micros(u64::try_from(step * u128::from(behind)).unwrap_or(u64::MAX));
    let owner = media
        .media
        .owner
        .and_then(|owner| world.accounts.get(&owner))
        .filter(|_| wanted.by_owner);
    let from = match owner {
        Some(owner) => Person {
            id: owner.account.id,
            username: owner.account.username.as_str().into(),
        },
        None => person(world, media.media.owner, wanted.username.as_deref(), id),
    };
    Comment {
        id,
        media: media.media.id,
        parent,
        text: wanted
            .text
            .clone()
            .unwrap_or_else(|| saying(world.seed, id).to_owned())
            .into(),
        from,
        by_owner: owner.is_some(),
        timestamp: end - ago,
        like_count: wanted.like_count,
        hidden: wanted.hidden,
        ad: wanted.ad.clone(),
    }
}

/// Whoever was named, or one of the regulars.
pub(super) fn person(world: &World, account: Option<Id>, username: Option<&str>, by: Id) -> Person {
    const REGULARS: [&str; 12] = [
        "ann.b",
        "joao_m",
        "mila.kocht",
        "theo",
        "k.yilmaz",
        "rosa.p",
        "dana_w",
        "finn.l",
        "aiko",
        "sam_o",
        "lea.v",
        "noor",
    ];
    let drawn = usize::try_from(seed::scatter(world.seed ^ by.number()) % 12).unwrap_or(0);
    let username = username
        .or_else(|| REGULARS.get(drawn).copied())
        .unwrap_or("ann.b");
    Person {
        id: igsid(world.seed, account, username),
        username: username.into(),
    }
}

/// Something that a person might say: with accents, emoji and signs that Meta escapes.
fn saying(seed: u64, by: Id) -> &'static str {
    const SAYINGS: [&str; 10] = [
        "Love the new loaf \u{1f35e}",
        "Are you open on Sunday?",
        "Sch\u{f6}n gemacht, gr\u{fc}\u{df}e aus K\u{f6}ln!",
        "best in town <3",
        "50% off today?",
        "@theo look at this",
        "O p\u{e3}o est\u{e1} \u{f3}timo \u{1f60d}\u{1f60d}",
        "\u{3068}\u{3066}\u{3082}\u{304a}\u{3044}\u{3057}\u{3044}",
        "how much is it / where can I get it",
        "Thank you!",
    ];
    let drawn = usize::try_from(seed::scatter(seed ^ by.number() ^ 1) % 10).unwrap_or(0);
    SAYINGS.get(drawn).copied().unwrap_or("Thank you!")
}

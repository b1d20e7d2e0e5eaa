//! Direct messages: sent, changed, taken back.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use serde_json::Value;

use super::input::{self, Input};
use super::problem::Problem;
use super::view;
use crate::domain::Timestamp;
use crate::sandbox::meta::Meta;
use crate::sandbox::seed;
use crate::sandbox::world::{Change, Message, Person, World, igsid};

/// What a request says of a new message.
struct Wanted {
    account: Option<String>,
    username: String,
    text: Option<String>,
    echo: bool,
    attachments: Option<Value>,
    reply_to: Option<String>,
}

/// `POST /sandbox/messages`
pub(crate) async fn create(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let wanted = Wanted {
        account: input.optional("account")?,
        username: input.or("username", "ann.b".to_owned())?,
        text: input.optional("text")?,
        echo: input.or("echo", false)?,
        attachments: input.optional("attachments")?,
        reply_to: input.optional("reply_to")?,
    };
    input.done()?;
    if wanted.text.is_none() && wanted.attachments.is_none() {
        return Err(Problem::field("text", "is required without attachments"));
    }
    let now = meta.now();
    let message = meta.change(|world| {
        let message = write(world, wanted, now)?;
        Ok::<_, Problem>((vec![Change::Message(Box::new(message.clone()))], message))
    })?;
    Ok(HttpResponse::Ok().json(view::message(&message)))
}

/// `POST /sandbox/messages/{mid}/edit`
pub(crate) async fn edit(meta: Data<Meta>, mid: Path<String>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let text: String = input.required("text")?;
    input.done()?;
    let (mid, at) = (mid.into_inner(), meta.now());
    meta.change(|world| {
        known(world, &mid)?;
        let mid = mid.clone();
        Ok::<_, Problem>((vec![Change::MessageEdited { mid, text, at }], ()))
    })?;
    let world = meta.world();
    Ok(HttpResponse::Ok().json(world.messages.get(&mid).map(view::message)))
}

/// `DELETE /sandbox/messages/{mid}`
pub(crate) async fn remove(meta: Data<Meta>, mid: Path<String>) -> Result<HttpResponse, Problem> {
    let (mid, at) = (mid.into_inner(), meta.now());
    meta.change(|world| {
        known(world, &mid)?;
        Ok::<_, Problem>((vec![Change::MessageDeleted { mid, at }], ()))
    })?;
    Ok(HttpResponse::NoContent().finish())
}

fn known(world: &World, mid: &str) -> Result<(), Problem> {
    let there = world.messages.get(mid).filter(|message| !message.deleted);
    there.map(drop).ok_or_else(|| Problem::NotFound {
        what: "message",
        name: mid.to_owned(),
    })
}

fn write(world: &World, wanted: Wanted, now: Timestamp) -> Result<Message, Problem> {
    let account = input::account(world, wanted.account.as_deref())?.account.id;
    let person = Person {
        id: igsid(world.seed, Some(account), &wanted.username),
        username: wanted.username.as_str().into(),
    };
    let made = world.messages.len().to_string();
    let conversation = seed::letters(
        world.seed,
        &["conversation", &account.to_string(), &wanted.username],
        60,
    );
    Ok(Message {
        mid: format!(
            "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEO{}",
            seed::letters(world.seed, &["mid", &made], 80)
        ),
        conversation: format!("aWdfZAG06MTpJR01lc3NhZA2VUaHJlYWQ6{conversation}"),
        account,
        person,
        echo: wanted.echo,
        text: wanted.text,
        attachments: wanted.attachments,
        reply_to: wanted.reply_to,
        at: now,
        edits: 0,
        deleted: false,
    })
}

//! Who asks: tokens of this host, still valid, proven where proof is given or wanted.

use super::request::Request;
use crate::domain::{Login, Timestamp};
use crate::sandbox::answer::Scene;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Holder, Id, Task, Token, World};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Caller<'w> {
    /// The app itself.
    App,
    /// Whoever the token speaks for.
    Holder(&'w Token),
}

/// Reads the token and the proof.
pub(crate) fn caller<'w>(meta: &Meta, world: &'w World, request: &Request) -> Result<Caller<'w>, GraphFault> {
    let text = request
        .token()
        .ok_or_else(|| GraphFault::saying(190, "An access token is required to request this resource."))?;
    if meta.apps.is_app_token(request.login, text) {
        return Ok(Caller::App);
    }
    let token = world
        .token(text)
        .filter(|token| token.login == request.login)
        .ok_or_else(GraphFault::unreadable_token)?;
    prove(meta, world, request, text)?;
    working(world, token, meta.now())?;
    Ok(Caller::Holder(token))
}

/// The holder of a token; an app token is refused.
pub(crate) fn holder<'w>(meta: &Meta, world: &'w World, request: &Request) -> Result<&'w Token, GraphFault> {
    match caller(meta, world, request)? {
        Caller::Holder(token) => Ok(token),
        Caller::App => Err(GraphFault::saying(
            2_500,
            "An active access token must be used to query information about the current user.",
        )),
    }
}

/// Who asks, in what surroundings.
pub(crate) fn scene<'a>(
    meta: &'a Meta,
    world: &'a World,
    request: &'a Request,
) -> Result<Scene<'a>, GraphFault> {
    Ok(Scene {
        world,
        login: request.login,
        token: holder(meta, world, request)?,
        now: meta.now(),
        app: &meta.apps.of(request.login).id,
        base: &request.base,
    })
}

/// Whether a permission was granted and is still worth something; without it the whole request fails. Who has been
/// away from Facebook for too long has closed their Instagram data, not their Pages (graph-oauth.md §1.6).
pub(crate) fn need(token: &Token, scope: &str, now: Timestamp) -> Result<(), GraphFault> {
    let closed = scope.starts_with("instagram_") && token.has_lapsed(now);
    if token.may(scope) && !closed {
        Ok(())
    } else {
        Err(GraphFault::missing_permission())
    }
}

/// What every read of an account's things needs.
pub(crate) fn need_basic(token: &Token, now: Timestamp) -> Result<(), GraphFault> {
    need(token, token.login.basic_scope(), now)?;
    if token.login == Login::Facebook && !token.may("pages_read_engagement") {
        return Err(GraphFault::of(200, None));
    }
    Ok(())
}

/// A permission is worth something only to who holds one of its tasks on the account's Page (graph-oauth.md §1.4).
pub(crate) fn need_task(world: &World, token: &Token, page: Id, scope: &str) -> Result<(), GraphFault> {
    let wanted = Task::any_for(scope);
    let Some(person) = world.person_behind(token).filter(|_| !wanted.is_empty()) else {
        return Ok(());
    };
    let held = world.tasks(person, page);
    if held.iter().any(|task| wanted.contains(task)) {
        return Ok(());
    }
    Err(GraphFault::of(200, None))
}

/// What publishing needs.
pub(crate) const fn publishing_scope(login: Login) -> &'static str {
    match login {
        Login::Facebook => "instagram_content_publish",
        Login::Instagram => "instagram_business_content_publish",
    }
}

/// What reading messages needs.
pub(crate) const fn messages_scope(login: Login) -> &'static str {
    match login {
        Login::Facebook => "instagram_manage_messages",
        Login::Instagram => "instagram_business_manage_messages",
    }
}

fn prove(meta: &Meta, world: &World, request: &Request, token: &str) -> Result<(), GraphFault> {
    let refused = |words: &str| Err(GraphFault::saying(100, words).of_kind("GraphMethodException"));
    match request.param("appsecret_proof") {
        Some(proof) if meta.apps.proves(request.login, token, proof) => Ok(()),
        Some(_) => refused("Invalid appsecret_proof provided in the API argument"),
        None if world.settings.require_proof.contains(&request.login) => {
            refused("API calls from the server require an appsecret_proof argument")
        }
        None => Ok(()),
    }
}

/// Whether a token still works, by its own state and by that of what it speaks for.
pub(crate) fn working(world: &World, token: &Token, now: Timestamp) -> Result<(), GraphFault> {
    if let Some(subcode) = token.revoked {
        return Err(GraphFault::of(190, Some(subcode).filter(|subcode| *subcode != 0)));
    }
    if token.is_expired(now) {
        return Err(GraphFault::of(190, Some(463)));
    }
    match token.holder {
        Holder::Page(page) => match world.person_behind(token) {
            Some(person) if world.tasks(person, page).is_empty() => Err(GraphFault::of(190, Some(492))),
            Some(_) | None => Ok(()),
        },
        // An Instagram Login ends when the account turns personal (graph-oauth.md §3).
        Holder::Account(id) => match world.accounts.get(&id) {
            Some(record) if !record.account.is_professional() => Err(GraphFault::of(190, Some(467))),
            Some(_) | None => Ok(()),
        },
        Holder::User(_) => Ok(()),
    }
}

//! People on Facebook, also such as have no Page.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde_json::json;

use super::input::Input;
use super::problem::Problem;
use super::view;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, FacebookUser, Id, Kind, World};

/// `POST /sandbox/users`: somebody of a `name`.
pub(crate) async fn create(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let name: Option<String> = input.optional("name")?;
    input.done()?;
    let user = meta.change(|world| {
        let user = fresh(
            world,
            name.unwrap_or_else(|| format!("Person {}", world.users.len() + 1)),
        );
        Ok::<_, Problem>((vec![Change::User(user.clone())], user))
    })?;
    Ok(HttpResponse::Ok().json(view::user(&meta.world(), &user)))
}

/// `GET /sandbox/users`
pub(crate) async fn list(meta: Data<Meta>) -> HttpResponse {
    let world = meta.world();
    let shown: Vec<_> = world
        .users
        .values()
        .map(|user| view::user(&world, user))
        .collect();
    HttpResponse::Ok().json(json!({ "data": shown }))
}

/// Somebody new.
pub(super) fn fresh(world: &World, name: String) -> FacebookUser {
    let id = world
        .fresh(Kind::FacebookUser)
        .next()
        .expect("a range of ids does not end");
    FacebookUser { id, name }
}

/// Somebody who is known.
pub(super) fn known(world: &World, id: Id) -> Result<Id, Problem> {
    if world.users.contains_key(&id) {
        return Ok(id);
    }
    Err(Problem::field("facebook_user_id", "is not known"))
}

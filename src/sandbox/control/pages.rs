//! Pages without an account, and who may do what on any Page.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use serde_json::json;

use super::input::Input;
use super::problem::Problem;
use super::{users, view};
use crate::domain::Login;
use crate::sandbox::grants;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Id, Kind, Page, PageRecord, Task, World};

/// `POST /sandbox/pages`: a Page of a `name` that no account is linked to, for `facebook_user_id` or for somebody new.
pub(crate) async fn create(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let name: String = input.or("name", "A Page".to_owned())?;
    let user: Option<Id> = input.optional("facebook_user_id")?;
    let tasks: Vec<Task> = input.or("tasks", Task::ALL.to_vec())?;
    input.done()?;
    let now = meta.now();
    let page = meta.change(|world| {
        let id = |kind| world.fresh(kind).next().expect("a range of ids does not end");
        let (page, business) = (id(Kind::Page), id(Kind::Business));
        let mut changes = Vec::new();
        let user = if let Some(user) = user {
            users::known(world, user)?
        } else {
            let owner = users::fresh(world, format!("Owner of {name}"));
            changes.push(Change::User(owner.clone()));
            owner.id
        };
        changes.push(Change::Page(PageRecord {
            page: Page { id: page, name },
            business,
            account: None,
        }));
        changes.push(Change::Role { user, page, tasks });
        changes.extend(
            grants::for_new_page(world, user, page, now)
                .into_iter()
                .map(Change::Token),
        );
        Ok::<_, Problem>((changes, page))
    })?;
    shown(&meta, page)
}

/// `POST /sandbox/pages/{page}`: what `facebook_user_id` may do there; without `tasks`, nothing any more.
pub(crate) async fn assign(
    meta: Data<Meta>,
    name: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let user: Id = input.required("facebook_user_id")?;
    let tasks: Vec<Task> = input.required("tasks")?;
    input.done()?;
    let now = meta.now();
    let page = meta.change(|world| {
        let page = named(world, &name)?;
        let user = users::known(world, user)?;
        let is_new = world.tasks(user, page).is_empty() && !tasks.is_empty();
        let mut changes = vec![Change::Role { user, page, tasks }];
        if is_new {
            changes.extend(
                grants::for_new_page(world, user, page, now)
                    .into_iter()
                    .map(Change::Token),
            );
        }
        Ok::<_, Problem>((changes, page))
    })?;
    shown(&meta, page)
}

/// `GET /sandbox/pages`
pub(crate) async fn list(meta: Data<Meta>) -> HttpResponse {
    let world = meta.world();
    let shown: Vec<_> = world.pages.values().map(|of| view::page(&world, of)).collect();
    HttpResponse::Ok().json(json!({ "data": shown }))
}

/// A Page that Facebook Login reaches.
pub(super) fn named(world: &World, name: &str) -> Result<Id, Problem> {
    let missing = || Problem::NotFound {
        what: "Page",
        name: name.to_owned(),
    };
    let id: Id = name.parse().map_err(|_| missing())?;
    let linked = world.account_of_page(id);
    let hidden = linked.is_some_and(|record| !record.account.logins.contains(&Login::Facebook));
    if hidden || !world.pages.contains_key(&id) {
        return Err(missing());
    }
    Ok(id)
}

pub(super) fn shown(meta: &Meta, id: Id) -> Result<HttpResponse, Problem> {
    let world = meta.world();
    let record = world.pages.get(&id).ok_or_else(|| Problem::NotFound {
        what: "Page",
        name: id.to_string(),
    })?;
    Ok(HttpResponse::Ok().json(view::page(&world, record)))
}

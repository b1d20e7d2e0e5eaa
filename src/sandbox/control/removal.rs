//! A person removes the app, or asks it to delete what it knows of them: their tokens die, and the app is told with a
//! signed request (meta-webhooks.md §7).

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde_json::{Value, json};
use url::Url;

use super::input::{self, Input};
use super::problem::Problem;
use super::users;
use crate::domain::Login;
use crate::sandbox::grants;
use crate::sandbox::manners::SignedId;
use crate::sandbox::meta::Meta;
use crate::sandbox::outbox::{self, Told};
use crate::sandbox::world::{Holder, Id, Registration, World};

/// Who removes the app, and what its callback is signed with.
struct Wanted {
    account: Option<String>,
    facebook_user: Option<Id>,
    login: Option<Login>,
    secret: Option<String>,
}

impl Wanted {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut input = Input::read(body)?;
        let wanted = Self {
            account: input.optional("account")?,
            facebook_user: input.optional("facebook_user")?,
            login: input.optional("login")?,
            secret: input.optional("secret")?,
        };
        input.done()?;
        Ok(wanted)
    }

    /// A Facebook user by their own id or by an account of theirs; with Instagram Login, the account.
    fn person(&self, world: &World) -> Result<(Login, Holder), Problem> {
        if let Some(user) = self.facebook_user {
            return Ok((Login::Facebook, Holder::User(users::known(world, user)?)));
        }
        let account = &input::account(world, self.account.as_deref())?.account;
        match self.login {
            Some(Login::Facebook) => Ok((Login::Facebook, Holder::User(account.facebook_user))),
            Some(Login::Instagram) => Ok((Login::Instagram, Holder::Account(account.id))),
            None => Err(Problem::field("login", "is required")),
        }
    }
}

/// `POST /sandbox/deauthorize`: the person removes the app.
pub(crate) async fn deauthorize(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let (shown, _) = remove(&meta, &body, |of| of.deauthorize_url).await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// `POST /sandbox/data-deletion`: the person removes the app and asks for deletion; `url` and `confirmation_code`
/// are what the app answered.
pub(crate) async fn data_deletion(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let (mut shown, answered) = remove(&meta, &body, |of| of.data_deletion_url).await?;
    let answer: Value = answered
        .and_then(|body| serde_json::from_str(&body).ok())
        .unwrap_or_default();
    if let Some(members) = shown.as_object_mut() {
        for name in ["url", "confirmation_code"] {
            let said = answer.get(name).cloned().unwrap_or_default();
            members.insert(name.to_owned(), said);
        }
    }
    Ok(HttpResponse::Ok().json(shown))
}

async fn remove(
    meta: &Meta,
    body: &[u8],
    address: impl FnOnce(Registration) -> Option<Url>,
) -> Result<(Value, Option<String>), Problem> {
    let wanted = Wanted::read(body)?;
    let (login, user, to) = meta.change(|world| {
        let (login, person) = wanted.person(world)?;
        let user = signed_id(world, person);
        Ok::<_, Problem>((
            grants::leave(world, person),
            (login, user, address(world.registration(login))),
        ))
    })?;
    let told = match &to {
        Some(to) => outbox::tell_app(meta, login, to, user, wanted.secret.as_deref()).await,
        None => Told::default(),
    };
    let shown = json!({
        "login": login,
        "user_id": user,
        "callback_url": to,
        "signed_request": told.signed_request,
        "status": told.status,
        "body": told.body,
        "error": told.error,
    });
    Ok((shown, told.body))
}

/// The id by which the app knows the person (or, if so set, the professional account's own).
fn signed_id(world: &World, person: Holder) -> Id {
    match person {
        Holder::User(id) | Holder::Page(id) => id,
        Holder::Account(id) => match world.settings.oauth.signed_instagram_id {
            SignedId::Account => id,
            SignedId::AppScoped => world.accounts.get(&id).map_or(id, |of| of.account.app_scoped_id),
        },
    }
}

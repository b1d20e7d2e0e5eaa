//! Tokens: issued anew, expired, revoked, or with other permissions.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde::Deserialize;

use super::input::{self, Input};
use super::problem::Problem;
use super::view;
use crate::domain::{Login, Timestamp};
use crate::sandbox::meta::Meta;
use crate::sandbox::seed;
use crate::sandbox::world::{Change, Holder, Token, World};

/// A state to put a token into.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Valid,
    Expired,
    Revoked,
}

/// What a request says of a token.
struct Wanted {
    access_token: Option<String>,
    account: Option<String>,
    login: Option<Login>,
    page: bool,
    state: Option<State>,
    subcode: Option<i64>,
    scopes: Option<Vec<String>>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

impl Wanted {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut input = Input::read(body)?;
        let wanted = Self {
            access_token: input.optional("access_token")?,
            account: input.optional("account")?,
            login: input.optional("login")?,
            page: input.or("page", false)?,
            state: input.optional("state")?,
            subcode: input.optional("subcode")?,
            scopes: input.optional("scopes")?,
            issued_at: input.optional("issued_at")?,
            expires_at: input.optional("expires_at")?,
        };
        input.done()?;
        Ok(wanted)
    }
}

/// `POST /sandbox/tokens`: changes the token `access_token`, or issues a new one for `account` and `login`
/// (`page`: the Page's).
pub(crate) async fn set(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let wanted = Wanted::read(&body)?;
    let now = meta.now();
    let token = meta.change(|world| {
        let mut token = match &wanted.access_token {
            Some(text) => world
                .token(text)
                .cloned()
                .ok_or_else(|| Problem::field("access_token", "is not known"))?,
            None => issue(world, &wanted, now)?,
        };
        turn(&mut token, &wanted, now);
        Ok::<_, Problem>((vec![Change::Token(token.clone())], token))
    })?;
    Ok(HttpResponse::Ok().json(view::token(&token)))
}

fn turn(token: &mut Token, wanted: &Wanted, now: Timestamp) {
    match wanted.state {
        Some(State::Valid) => {
            token.revoked = None;
            token.expires_at = token
                .expires_at
                .map(|at| at.max(now + std::time::Duration::from_hours(60 * 24)));
        }
        Some(State::Expired) => token.expires_at = Some(now),
        Some(State::Revoked) => token.revoked = Some(wanted.subcode.unwrap_or(458)),
        None => {}
    }
    token.issued_at = wanted.issued_at.unwrap_or(token.issued_at);
    token.expires_at = wanted.expires_at.or(token.expires_at);
    if let Some(scopes) = &wanted.scopes {
        token.scopes.clone_from(scopes);
    }
}

fn issue(world: &World, wanted: &Wanted, now: Timestamp) -> Result<Token, Problem> {
    let account = &input::account(world, wanted.account.as_deref())?.account;
    let login = wanted
        .login
        .ok_or_else(|| Problem::field("login", "is required for a new token"))?;
    let holder = match (login, wanted.page) {
        (Login::Instagram, _) => Holder::Account(account.id),
        (Login::Facebook, true) => Holder::Page(account.page.id),
        (Login::Facebook, false) => Holder::User(account.facebook_user),
    };
    Ok(Token {
        text: text(world, login, 0),
        login,
        holder,
        scopes: all_scopes(login),
        issued_at: now,
        expires_at: (!wanted.page).then(|| now + std::time::Duration::from_hours(60 * 24)),
        data_access_expires_at: None,
        revoked: None,
    })
}

/// A new token's text, with Meta's prefix.
pub(crate) fn text(world: &World, login: Login, nth: u64) -> String {
    let made = (world.tokens_made() + nth).to_string();
    let prefix = match login {
        Login::Facebook => "EAAG",
        Login::Instagram => "IGAA",
    };
    format!(
        "{prefix}{}",
        seed::letters(world.seed, &["token", login.as_str(), &made], 60)
    )
}

/// Every permission that Belino may ask for (graph-oauth.md §1.5, §2.1).
pub(crate) fn all_scopes(login: Login) -> Vec<String> {
    let scopes: &[&str] = match login {
        Login::Facebook => &[
            "pages_show_list",
            "pages_read_engagement",
            "pages_manage_metadata",
            "business_management",
            "instagram_basic",
            "instagram_content_publish",
            "instagram_manage_comments",
            "instagram_manage_insights",
            "instagram_manage_messages",
        ],
        Login::Instagram => &[
            "instagram_business_basic",
            "instagram_business_content_publish",
            "instagram_business_manage_comments",
            "instagram_business_manage_insights",
            "instagram_business_manage_messages",
        ],
    };
    scopes.iter().map(|scope| (*scope).to_owned()).collect()
}

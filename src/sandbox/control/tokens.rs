//! Tokens: issued anew, expired, revoked, with other permissions; and all that there are.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Query};
use serde::Deserialize;
use serde_json::json;

use super::input::{self, Input};
use super::problem::Problem;
use super::view;
use crate::domain::{Login, Timestamp};
use crate::sandbox::grants;
use crate::sandbox::meta::Meta;
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
        if let Some(text) = &wanted.access_token {
            let unknown = || Problem::field("access_token", "is not known");
            let mut token = world.token(text).cloned().ok_or_else(unknown)?;
            turn(&mut token, &wanted, now);
            return Ok::<_, Problem>((vec![Change::Token(token.clone())], token));
        }
        let mut token = issue(world, &wanted, now)?;
        turn(&mut token, &wanted, now);
        let all = grants::with_pages(world, token.clone());
        Ok((all.into_iter().map(Change::Token).collect(), token))
    })?;
    Ok(HttpResponse::Ok().json(view::token(&token)))
}

/// Whose tokens to look at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    account: Option<String>,
}

/// `GET /sandbox/tokens`: those that reach `account`, or all, oldest first.
pub(crate) async fn list(meta: Data<Meta>, look: Query<Look>) -> Result<HttpResponse, Problem> {
    let world = meta.world();
    let account = match look.account.as_deref() {
        Some(name) => Some(&input::account(&world, Some(name))?.account),
        None => None,
    };
    let reached = |token: &&Token| account.is_none_or(|account| world.reaches(token, account));
    let mut tokens: Vec<&Token> = world.tokens.values().filter(reached).collect();
    tokens.sort_by_key(|token| (token.issued_at, &token.text));
    let shown: Vec<_> = tokens.into_iter().map(view::token).collect();
    Ok(HttpResponse::Ok().json(json!({ "data": shown })))
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
        text: grants::text(world, login, 0),
        login,
        holder,
        scopes: grants::all_scopes(login),
        declined: Vec::new(),
        ticked: None,
        left_out: BTreeSet::new(),
        made_with: None,
        issued_at: now,
        expires_at: (!wanted.page).then(|| now + std::time::Duration::from_hours(60 * 24)),
        data_access_expires_at: None,
        revoked: None,
    })
}

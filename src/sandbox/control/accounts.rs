//! Making accounts, with everything that connecting them needs.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use serde_json::json;

use super::input::Input;
use super::problem::Problem;
use super::{input, tokens, view};
use crate::domain::{Login, Timestamp};
use crate::sandbox::meta::Meta;
use crate::sandbox::settings::INSTAGRAM_FIELDS;
use crate::sandbox::world::{Account, Change, Holder, Id, Kind, Page, Token, World};

/// What a request says of a new account.
struct Wanted {
    id: Option<Id>,
    username: Option<String>,
    name: Option<String>,
    account_type: Option<String>,
    biography: String,
    website: Option<String>,
    followers: u64,
    follows: u64,
    logins: Vec<Login>,
    facebook_user: Option<Id>,
    subscribe: Option<Vec<Login>>,
    scopes: Option<Vec<String>>,
    token_days: u64,
}

impl Wanted {
    fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut input = Input::read(body)?;
        let wanted = Self {
            id: input.optional("instagram_id")?,
            username: input.optional("username")?,
            name: input.optional("name")?,
            account_type: input.optional("account_type")?,
            biography: input.or("biography", String::new())?,
            website: input.optional("website")?,
            followers: input.or("followers_count", 1_200)?,
            follows: input.or("follows_count", 180)?,
            logins: input.or("logins", Login::ALL.to_vec())?,
            facebook_user: input.optional("facebook_user_id")?,
            subscribe: input.optional("subscribe")?,
            scopes: input.optional("scopes")?,
            token_days: input.or("token_days", 60)?,
        };
        input.done()?;
        if wanted.logins.is_empty() {
            return Err(Problem::field("logins", "at least one of facebook, instagram"));
        }
        Ok(wanted)
    }
}

/// `POST /sandbox/accounts`
pub(crate) async fn create(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let wanted = Wanted::read(&body)?;
    let now = meta.now();
    let id = meta.change(|world| {
        let account = describe(world, &wanted)?;
        let id = account.id;
        let mut changes = vec![Change::Account(Box::new(account.clone()))];
        changes.extend(
            issue(world, &account, &wanted, now)
                .into_iter()
                .map(Change::Token),
        );
        changes.extend(subscribe(&account, wanted.subscribe.as_deref()));
        Ok::<_, Problem>((changes, id))
    })?;
    shown(&meta, id)
}

/// `GET /sandbox/accounts`
pub(crate) async fn list(meta: Data<Meta>) -> HttpResponse {
    let world = meta.world();
    let mut records: Vec<_> = world.accounts.values().collect();
    records.sort_by_key(|record| record.account.id);
    let shown: Vec<_> = records
        .iter()
        .map(|record| view::account(&world, record))
        .collect();
    HttpResponse::Ok().json(json!({ "data": shown }))
}

/// `POST /sandbox/accounts/{account}`: its own figures.
pub(crate) async fn update(
    meta: Data<Meta>,
    name: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let followers = input.optional("followers_count")?;
    let follows = input.optional("follows_count")?;
    input.done()?;
    let id = meta.change(|world| {
        let account = input::account_of_path(world, &name)?.account.id;
        let change = Change::Figures {
            account,
            followers,
            follows,
        };
        Ok::<_, Problem>((vec![change], account))
    })?;
    shown(&meta, id)
}

fn shown(meta: &Meta, id: Id) -> Result<HttpResponse, Problem> {
    let world = meta.world();
    let record = world.accounts.get(&id).ok_or_else(|| Problem::NotFound {
        what: "account",
        name: id.to_string(),
    })?;
    Ok(HttpResponse::Ok().json(view::account(&world, record)))
}

fn describe(world: &World, wanted: &Wanted) -> Result<Account, Problem> {
    let fresh = |kind| world.fresh(kind).next().expect("a range of ids does not end");
    let id = wanted.id.unwrap_or_else(|| fresh(Kind::Account));
    if world.is_taken(id) {
        return Err(Problem::field("instagram_id", "is taken"));
    }
    let username = wanted
        .username
        .clone()
        .unwrap_or_else(|| format!("account{}", world.accounts.len() + 1));
    if world.account_called(&username).is_some() {
        return Err(Problem::field("username", "is taken"));
    }
    if username.is_empty()
        || !username
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "._".contains(letter))
    {
        return Err(Problem::field(
            "username",
            "letters, digits, dots and underscores",
        ));
    }
    let name = wanted.name.clone().unwrap_or_else(|| username.clone());
    Ok(Account {
        id,
        app_scoped_id: fresh(Kind::AppScoped),
        kind: wanted
            .account_type
            .clone()
            .unwrap_or_else(|| "Business".to_owned()),
        biography: wanted.biography.clone(),
        website: wanted.website.clone(),
        picture: format!("https://scontent.cdninstagram.example/picture/{id}.jpg?oe=68A0"),
        followers: wanted.followers,
        follows: wanted.follows,
        logins: wanted.logins.clone(),
        page: Page {
            id: fresh(Kind::Page),
            name: name.clone(),
        },
        facebook_user: wanted.facebook_user.unwrap_or_else(|| fresh(Kind::FacebookUser)),
        business: fresh(Kind::Business),
        username,
        name,
    })
}

/// A user and a Page token for Facebook Login, a user token for Instagram Login.
fn issue(world: &World, account: &Account, wanted: &Wanted, now: Timestamp) -> Vec<Token> {
    let holders = [
        (Login::Facebook, Holder::User(account.facebook_user)),
        (Login::Facebook, Holder::Page(account.page.id)),
        (Login::Instagram, Holder::Account(account.id)),
    ];
    let expires =
        now + Duration::from_hours(24).saturating_mul(u32::try_from(wanted.token_days).unwrap_or(u32::MAX));
    let known = |holder| world.tokens.values().any(|token| token.holder == holder);
    let theirs = holders
        .into_iter()
        .filter(|(login, holder)| account.logins.contains(login) && !known(*holder));
    (0..)
        .zip(theirs)
        .map(|(nth, (login, holder))| Token {
            text: tokens::text(world, login, nth),
            login,
            holder,
            scopes: wanted.scopes.clone().unwrap_or_else(|| tokens::all_scopes(login)),
            issued_at: now,
            // A Page's token that came of a long-lived one has no date (graph-oauth.md §1.4).
            expires_at: (!matches!(holder, Holder::Page(_))).then_some(expires),
            data_access_expires_at: (login == Login::Facebook).then(|| now + Duration::from_hours(90 * 24)),
            revoked: None,
        })
        .collect()
}

/// Unless said otherwise one login is subscribed, so that each event is told once.
fn subscribe(account: &Account, wanted: Option<&[Login]>) -> Vec<Change> {
    let first = account.logins.iter().min().copied();
    let logins = wanted.map_or_else(|| first.into_iter().collect(), <[Login]>::to_vec);
    let change = |login| Change::Subscribed {
        account: account.id,
        login,
        fields: match login {
            Login::Facebook => vec!["feed".to_owned()],
            Login::Instagram => INSTAGRAM_FIELDS.iter().map(|field| (*field).to_owned()).collect(),
        },
    };
    logins
        .into_iter()
        .filter(|login| account.logins.contains(login))
        .map(change)
        .collect()
}

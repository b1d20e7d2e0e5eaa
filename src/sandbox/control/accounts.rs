//! Making accounts, with everything that connecting them needs.

use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use serde_json::json;

use super::input::Input;
use super::problem::Problem;
use super::{input, view};
use crate::domain::{Login, Timestamp};
use crate::sandbox::grants::{self, DATA_ACCESS};
use crate::sandbox::meta::Meta;
use crate::sandbox::settings::INSTAGRAM_FIELDS;
use crate::sandbox::world::{Account, Change, Holder, Id, Kind, Page, Task, Token, World};

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
    tasks: Option<Vec<Task>>,
    subscribe: Option<Vec<Login>>,
    scopes: Option<Vec<String>>,
    token_days: u64,
    trial_reels: bool,
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
            tasks: input.optional("tasks")?,
            subscribe: input.optional("subscribe")?,
            scopes: input.optional("scopes")?,
            token_days: input.or("token_days", 60)?,
            trial_reels: input.or("trial_reels", true)?,
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
        changes.extend(role(&account, wanted.tasks.as_deref()));
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

/// `POST /sandbox/accounts/{account}`: its own figures, and what kind of account it is from now on.
pub(crate) async fn update(
    meta: Data<Meta>,
    name: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let followers = input.optional("followers_count")?;
    let follows = input.optional("follows_count")?;
    let kind: Option<String> = input.optional("account_type")?;
    input.done()?;
    let id = meta.change(|world| {
        let account = input::account_of_path(world, &name)?.account.id;
        let figures = Change::Figures {
            account,
            followers,
            follows,
        };
        let kind = kind.map(|kind| Change::AccountKind { account, kind });
        Ok::<_, Problem>((std::iter::once(figures).chain(kind).collect(), account))
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
        trial_reels: wanted.trial_reels,
        username,
        name,
    })
}

/// What the person may do on the Page, where that is not everything.
fn role(account: &Account, tasks: Option<&[Task]>) -> Option<Change> {
    let tasks = tasks.filter(|_| account.logins.contains(&Login::Facebook))?;
    Some(Change::Role {
        user: account.facebook_user,
        page: account.page.id,
        tasks: tasks.to_vec(),
    })
}

/// A user and a Page token for Facebook Login, a user token for Instagram Login. A Facebook user who has tokens gets
/// but the new Page's beside each of them.
fn issue(world: &World, account: &Account, wanted: &Wanted, now: Timestamp) -> Vec<Token> {
    let mut tokens = Vec::new();
    if account.logins.contains(&Login::Facebook) {
        let holder = Holder::User(account.facebook_user);
        if world.tokens.values().any(|token| token.holder == holder) {
            let (user, page) = (account.facebook_user, account.page.id);
            tokens.extend(grants::for_new_page(world, user, page, now));
            for token in &mut tokens {
                token.scopes = wanted.scopes.clone().unwrap_or_else(|| token.scopes.clone());
            }
        } else {
            let user = issued(world, wanted, holder, 0, now);
            let page = grants::page_token(world, &user, account.page.id, 1);
            tokens.extend([user, page]);
        }
    }
    if account.logins.contains(&Login::Instagram) {
        let nth = u64::try_from(tokens.len()).unwrap_or(u64::MAX);
        tokens.push(issued(world, wanted, Holder::Account(account.id), nth, now));
    }
    tokens
}

fn issued(world: &World, wanted: &Wanted, holder: Holder, nth: u64, now: Timestamp) -> Token {
    let login = match holder {
        Holder::User(_) | Holder::Page(_) => Login::Facebook,
        Holder::Account(_) => Login::Instagram,
    };
    let days = u32::try_from(wanted.token_days).unwrap_or(u32::MAX);
    Token {
        text: grants::text(world, login, nth),
        login,
        holder,
        scopes: wanted.scopes.clone().unwrap_or_else(|| grants::all_scopes(login)),
        declined: Vec::new(),
        ticked: None,
        left_out: BTreeSet::new(),
        made_with: None,
        issued_at: now,
        expires_at: Some(now + Duration::from_hours(24).saturating_mul(days)),
        data_access_expires_at: (login == Login::Facebook).then(|| now + DATA_ACCESS),
        revoked: None,
    }
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

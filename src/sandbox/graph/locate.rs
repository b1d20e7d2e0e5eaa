//! What a call is about, and which pool it is counted in (graph-limits-and-errors.md §1).

use super::request::{Host, Request};
use crate::sandbox::budget::Pool;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Account, Holder, Id, Token, World};

/// What a call is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Located {
    pub(crate) account: Option<Id>,
    /// None: the token cannot be read, or bytes are uploaded, and nothing is counted.
    pub(crate) pool: Option<Pool>,
}

/// What a node is, as a fault's order may name it.
pub(crate) fn kind(world: &World, node: &str) -> &'static str {
    let Ok(id) = node.parse::<Id>() else {
        return "other";
    };
    if world.containers.contains_key(&id) {
        "container"
    } else if world.media.contains_key(&id) {
        "media"
    } else if world.comments.contains_key(&id) {
        "comment"
    } else if world.accounts.contains_key(&id) || world.account_scoped(id).is_some() {
        "account"
    } else {
        "other"
    }
}

/// Whose token speaks, as a fault's order may name it.
pub(crate) fn speaker(world: &World, request: &Request) -> &'static str {
    let token = request.token().and_then(|text| world.token(text));
    match token.map(|token| token.holder) {
        Some(Holder::User(_)) => "user",
        Some(Holder::Page(_)) => "page",
        Some(Holder::Account(_)) => "account",
        None => "",
    }
}

/// Finds account and pool.
pub(crate) fn locate(meta: &Meta, world: &World, request: &Request) -> Located {
    let Some(text) = request.token() else {
        return Located::default();
    };
    if meta.apps.is_app_token(request.login, text) {
        let pool = Some(Pool::App(request.login));
        return Located { account: None, pool };
    }
    let Some(token) = world.token(text).filter(|token| token.login == request.login) else {
        return Located::default();
    };
    let account = subject(world, token, request.parts().0);
    Located {
        account: account.map(|account| account.id),
        pool: (request.host != Host::Uploads).then(|| pool(world, token, account, request)),
    }
}

fn subject<'w>(world: &'w World, token: &Token, node: &str) -> Option<&'w Account> {
    let of_holder = || match token.holder {
        Holder::Account(id) => world.accounts.get(&id),
        Holder::Page(page) => world.account_of_page(page),
        Holder::User(_) => None,
    };
    let named = node.parse().ok().and_then(|id: Id| of_id(world, id));
    let spoken = || world.conversations.get(node).map(|of| of.account);
    let told = || world.messages.get(node).map(|of| of.account);
    let by_text = || {
        world
            .accounts
            .get(&spoken().or_else(told)?)
            .map(|record| &record.account)
    };
    named
        .or_else(by_text)
        .or_else(|| of_holder().map(|record| &record.account))
}

fn of_id(world: &World, id: Id) -> Option<&Account> {
    let record = world
        .accounts
        .get(&id)
        .or_else(|| world.account_of_page(id))
        .or_else(|| world.account_scoped(id));
    let of_comment = || world.owner_of(world.comments.get(&id)?.comment.media);
    record
        .map(|record| &record.account)
        .or_else(|| world.owner_of(id))
        .or_else(|| world.container_owner(id))
        .or_else(of_comment)
}

fn pool(world: &World, token: &Token, account: Option<&Account>, request: &Request) -> Pool {
    let (node, edge) = request.parts();
    let Some(account) = account else {
        return match token.holder {
            Holder::User(user) => Pool::User(user),
            Holder::Page(page) | Holder::Account(page) => {
                let business = world.pages.get(&page).map_or(page, |record| record.business);
                Pool::Page { page, business }
            }
        };
    };
    let (page, business) = (account.page.id, account.business);
    let on_page = matches!(token.holder, Holder::Page(_)) && node == "me" || node == page.to_string();
    match edge {
        Some("conversations") if on_page => Pool::Messenger { page, business },
        _ if on_page => Pool::Page { page, business },
        _ => Pool::Account {
            login: token.login,
            account: account.id,
            business,
        },
    }
}

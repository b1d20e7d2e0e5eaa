//! `debug_token`: what a token is good for (graph-oauth.md §1.6).

use super::authority::{Caller, caller};
use super::request::Request;
use crate::domain::Timestamp;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Holder, Id, Token, World};

/// Describes `input_token` to its app, or to itself.
pub(crate) fn token(meta: &Meta, request: &Request) -> Result<Vec<u8>, GraphFault> {
    let world = meta.world();
    let input = request.required("input_token")?;
    match caller(meta, &world, request)? {
        Caller::App => {}
        Caller::Holder(token) if token.text == input => {}
        Caller::Holder(_) => {
            return Err(GraphFault::saying(
                100,
                "(#100) You must provide an app access token, or a user access token that is an owner or \
                 developer of the app",
            ));
        }
    }
    let mut json = Json::new(Style::Answer);
    json.object(|json| {
        json.key("data").object(|json| {
            match world.token(input).filter(|token| token.login == request.login) {
                Some(token) => describe(meta, &world, json, token),
                None => unreadable(json),
            }
        });
    });
    Ok(json.into_bytes())
}

fn unreadable(json: &mut Json) {
    failure(json, 190, None, "Invalid OAuth access token.");
    json.key("is_valid").flag(false);
    json.key("scopes").array(|_| {});
}

fn describe(meta: &Meta, world: &World, json: &mut Json, token: &Token) {
    let now = meta.now();
    let (kind, user) = match token.holder {
        Holder::User(user) => ("USER", user),
        Holder::Page(page) => ("PAGE", world.person_behind(token).unwrap_or(page)),
        Holder::Account(id) => (
            "USER",
            world.accounts.get(&id).map_or(id, |of| of.account.app_scoped_id),
        ),
    };
    json.key("app_id").text(&meta.apps.of(token.login).id);
    json.key("type").text(kind);
    json.key("application").text("Sandbox App");
    json.key("user_id").id(user);
    if let Holder::Page(page) = token.holder {
        json.key("profile_id").id(page);
    }
    match token.revoked {
        Some(subcode) => failure(json, 190, Some(subcode), "Error validating access token."),
        None if token.is_expired(now) => failure(json, 190, Some(463), "Session has expired."),
        None => {}
    }
    json.key("is_valid")
        .flag(token.revoked.is_none() && !token.is_expired(now));
    json.key("issued_at").number(token.issued_at.seconds());
    json.key("expires_at")
        .number(token.expires_at.map_or(0, Timestamp::seconds));
    json.key("data_access_expires_at")
        .number(token.data_access_expires_at.map_or(0, Timestamp::seconds));
    json.key("scopes")
        .array(|json| token.scopes.iter().for_each(|scope| json.text(scope)));
    json.key("granular_scopes").array(|json| {
        for scope in &token.scopes {
            granular(json, scope, targets(world, token, scope).as_deref());
        }
    });
}

/// Which assets a permission was granted for: Pages for the Page permissions, accounts for Instagram's. None: for
/// all, also those to come.
fn targets(world: &World, token: &Token, scope: &str) -> Option<Vec<Id>> {
    let (of_pages, of_accounts) = (scope.starts_with("pages_"), scope.starts_with("instagram_"));
    let all = matches!(token.holder, Holder::User(_)) && token.ticked.is_none() && token.left_out.is_empty();
    if all || !(of_pages || of_accounts) {
        return None;
    }
    if let Holder::Account(id) = token.holder {
        return Some(vec![id]);
    }
    let pages = world.pages_of_token(token).into_iter();
    if of_pages {
        return Some(pages.map(|record| record.page.id).collect());
    }
    let accounts = pages.filter_map(|record| world.account_of_page(record.page.id));
    let professional = accounts.filter(|record| record.account.is_professional());
    let ids = professional.map(|record| record.account.id);
    Some(ids.filter(|id| !token.left_out.contains(id)).collect())
}

fn granular(json: &mut Json, scope: &str, targets: Option<&[Id]>) {
    json.object(|json| {
        json.key("scope").text(scope);
        if let Some(targets) = targets {
            json.key("target_ids")
                .array(|json| targets.iter().for_each(|id| json.id(*id)));
        }
    });
}

fn failure(json: &mut Json, code: i64, subcode: Option<i64>, words: &str) {
    json.key("error").object(|json| {
        json.key("code").number(code);
        json.key("message").text(words);
        if let Some(subcode) = subcode {
            json.key("subcode").number(subcode);
        }
    });
}

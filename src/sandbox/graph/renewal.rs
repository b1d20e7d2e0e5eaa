//! Instagram's tokens made longer (graph-oauth.md §2.3–2.4): a short one exchanged, a long one renewed.

use std::time::Duration;

use super::authority::{holder, need};
use super::request::Request;
use crate::domain::{Login, Timestamp};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::grants::{LONG, text};
use crate::sandbox::json::{Json, Style};
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Token};

/// A token younger than this is not renewed.
const YOUNGEST: Duration = Duration::from_hours(24);

/// Renews a long-lived token.
pub(crate) fn refresh(meta: &Meta, request: &Request) -> Result<Vec<u8>, GraphFault> {
    grant(request, "ig_refresh_token")?;
    renewed(meta, request, |token, now| {
        need(token, Login::Instagram.basic_scope(), now)?;
        if now.since(token.issued_at) < YOUNGEST {
            return Err(GraphFault::bad_parameter(
                "The access token must be at least 24 hours old to be refreshed",
            ));
        }
        Ok(())
    })
}

/// Exchanges a short-lived token for a long-lived one.
pub(crate) fn lengthen(meta: &Meta, request: &Request) -> Result<Vec<u8>, GraphFault> {
    grant(request, "ig_exchange_token")?;
    if request.required("client_secret")? != meta.apps.instagram.secret.expose() {
        return Err(GraphFault::bad_parameter("Error validating client secret."));
    }
    renewed(meta, request, |token, _| {
        if !token.is_short() {
            return Err(GraphFault::bad_parameter(
                "Session key invalid: only a short-lived token is exchanged",
            ));
        }
        Ok(())
    })
}

fn grant(request: &Request, wanted: &str) -> Result<(), GraphFault> {
    if request.login == Login::Facebook {
        return Err(GraphFault::unknown_path(&request.path));
    }
    if request.required("grant_type")? == wanted {
        return Ok(());
    }
    Err(GraphFault::bad_parameter(&format!(
        "Param grant_type must be {wanted}"
    )))
}

fn renewed(
    meta: &Meta,
    request: &Request,
    check: impl FnOnce(&Token, Timestamp) -> Result<(), GraphFault>,
) -> Result<Vec<u8>, GraphFault> {
    let now = meta.now();
    let token = meta.change(|world| {
        let old = holder(meta, world, request)?;
        check(old, now)?;
        let new = Token {
            text: text(world, Login::Instagram, 0),
            issued_at: now,
            expires_at: Some(now + LONG),
            ..old.clone()
        };
        Ok::<_, GraphFault>((vec![Change::Token(new.clone())], new))
    })?;
    let mut json = Json::new(Style::Answer);
    json.object(|json| {
        json.key("access_token").text(&token.text);
        json.key("token_type").text("bearer");
        json.key("expires_in").count(LONG.as_secs());
        json.key("permissions").text(&token.scopes.join(","));
    });
    Ok(json.into_bytes())
}

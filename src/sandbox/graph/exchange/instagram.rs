//! `oauth/access_token` on `api.instagram.com` (graph-oauth.md §2.2): a code for a short-lived token, in each shape
//! that the answer is known in.

use super::code::{Refusal, is_the_app, knows_the_secret, redeem};
use crate::domain::Login;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::manners::{Digits, Listing, Manners, Wrapping};
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Holder, Id, Token};

/// Gives an app a token.
pub(in crate::sandbox::graph) fn instagram(meta: &Meta, request: &Request) -> Result<Vec<u8>, GraphFault> {
    if request.misplaced || request.method != "POST" {
        return Err(refused("Unsupported request - method type or path"));
    }
    if request.required("grant_type")? != "authorization_code" {
        return Err(refused("Invalid grant_type"));
    }
    if !is_the_app(meta, request)? {
        return Err(refused("Invalid platform app"));
    }
    if !knows_the_secret(meta, request)? {
        return Err(refused("Error validating client secret"));
    }
    let (code, redirect_uri) = (request.required("code")?, request.required("redirect_uri")?);
    let token = redeem(meta, Login::Instagram, code, redirect_uri).map_err(|refusal| match refusal {
        Refusal::Unknown | Refusal::Used => refused("code unknown or used before"),
        Refusal::Expired => refused("This authorization code has expired"),
        Refusal::OtherRedirect => refused(
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you \
             used in the OAuth dialog request",
        ),
        Refusal::Journal(error) => error.into(),
    })?;
    Ok(written(meta, &token))
}

/// This host's envelope repeats the status as its code.
fn refused(words: &str) -> GraphFault {
    GraphFault::saying(400, words)
}

fn written(meta: &Meta, token: &Token) -> Vec<u8> {
    let world = meta.world();
    let manners = &world.settings.oauth;
    let user = match token.holder {
        Holder::Account(id) => world.accounts.get(&id).map_or(id, |of| of.account.app_scoped_id),
        Holder::User(id) | Holder::Page(id) => id,
    };
    let mut json = Json::new(Style::Answer);
    match manners.instagram_code_answer {
        Wrapping::Flat => shape(&mut json, manners, token, user),
        Wrapping::Wrapped => json.object(|json| {
            json.key("data").array(|json| shape(json, manners, token, user));
        }),
    }
    json.into_bytes()
}

fn shape(json: &mut Json, manners: &Manners, token: &Token, user: Id) {
    json.object(|json| {
        json.key("access_token").text(&token.text);
        match manners.instagram_user_id {
            Digits::Number => json.key("user_id").count(user.number()),
            Digits::Text => json.key("user_id").id(user),
        }
        match manners.instagram_permissions {
            Listing::Array => json
                .key("permissions")
                .array(|json| token.scopes.iter().for_each(|scope| json.text(scope))),
            Listing::Text => json.key("permissions").text(&token.scopes.join(",")),
        }
    });
}

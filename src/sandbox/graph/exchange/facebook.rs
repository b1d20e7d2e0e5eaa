//! `oauth/access_token` on Facebook's host (graph-oauth.md §1.2–1.3): a code for a short-lived token, that for a
//! long-lived one. Subcodes of refused codes are those that integrators report.

use super::code::{Refusal, is_the_app, knows_the_secret, redeem};
use super::lengthen::lengthen;
use crate::domain::{Login, Timestamp};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::request::Request;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::manners::Told;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::Token;

/// Gives an app a token.
pub(in crate::sandbox::graph) fn facebook(meta: &Meta, request: &Request) -> Result<Vec<u8>, GraphFault> {
    if !is_the_app(meta, request)? {
        return Err(GraphFault::saying(
            101,
            "Error validating application. Cannot get application info due to a system error.",
        ));
    }
    if !knows_the_secret(meta, request)? {
        return Err(GraphFault::saying(1, "Error validating client secret.").with_http(400));
    }
    let token = match request.param("grant_type") {
        Some("fb_exchange_token") => lengthen(meta, request.required("fb_exchange_token")?)?,
        None | Some("authorization_code") => {
            let code = request.required("code")?;
            redeem(meta, Login::Facebook, code, request.required("redirect_uri")?).map_err(refused)?
        }
        Some(_) => return Err(GraphFault::bad_parameter("Invalid grant_type")),
    };
    Ok(written(meta, &token))
}

fn refused(refusal: Refusal) -> GraphFault {
    match refusal {
        Refusal::Unknown => GraphFault::saying(100, "Invalid verification code format."),
        Refusal::Expired => GraphFault::of(100, Some(36_007)),
        Refusal::OtherRedirect => GraphFault::of(100, Some(36_008)),
        Refusal::Used => GraphFault::of(100, Some(36_009)),
        Refusal::Journal(error) => error.into(),
    }
}

fn written(meta: &Meta, token: &Token) -> Vec<u8> {
    let told = meta.world().settings.oauth.facebook_expires_in == Told::Always;
    let left = |at: Timestamp| at.since(meta.now()).as_secs();
    let mut json = Json::new(Style::Answer);
    json.object(|json| {
        json.key("access_token").text(&token.text);
        json.key("token_type").text("bearer");
        if let Some(at) = token.expires_at.filter(|_| told) {
            json.key("expires_in").count(left(at));
        }
    });
    json.into_bytes()
}

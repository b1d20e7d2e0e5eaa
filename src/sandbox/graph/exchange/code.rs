//! A code, once: by the app that asked for it, at the address that it was sent to, before its time is over.

use std::time::Duration;

use subtle::ConstantTimeEq;

use crate::domain::{Login, Timestamp};
use crate::sandbox::JournalError;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::grants::{self, DATA_ACCESS};
use crate::sandbox::graph::request::Request;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Code, Token, World};

/// An Instagram user's short-lived token lives for this long (graph-oauth.md §2.2).
const INSTAGRAM_SHORT: Duration = Duration::from_hours(1);

/// Why a code is not exchanged.
#[derive(Debug)]
pub(super) enum Refusal {
    Unknown,
    Used,
    Expired,
    OtherRedirect,
    Journal(JournalError),
}

impl From<JournalError> for Refusal {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

/// Whether the caller says the app's id.
pub(super) fn is_the_app(meta: &Meta, request: &Request) -> Result<bool, GraphFault> {
    Ok(request.required("client_id")? == meta.apps.of(request.login).id)
}

/// Whether the caller knows the app's secret.
pub(super) fn knows_the_secret(meta: &Meta, request: &Request) -> Result<bool, GraphFault> {
    let secret = meta.apps.of(request.login).secret.expose();
    let said = request.required("client_secret")?;
    Ok(said.as_bytes().ct_eq(secret.as_bytes()).into())
}

/// Trades the code for a short-lived token of the person who agreed.
pub(super) fn redeem(meta: &Meta, login: Login, code: &str, redirect_uri: &str) -> Result<Token, Refusal> {
    let now = meta.now();
    meta.change(|world| {
        let code = world.codes.get(code).filter(|code| code.login == login);
        let code = code
            .filter(|code| code.client_id == meta.apps.of(login).id)
            .ok_or(Refusal::Unknown)?;
        if code.used {
            return Err(Refusal::Used);
        }
        if code.expires_at <= now {
            return Err(Refusal::Expired);
        }
        if code.redirect_uri != redirect_uri {
            return Err(Refusal::OtherRedirect);
        }
        let token = token(world, code, now);
        let used = Change::Code(Box::new(Code {
            used: true,
            ..code.clone()
        }));
        let tokens = grants::with_pages(world, token.clone());
        let changes = std::iter::once(used).chain(tokens.into_iter().map(Change::Token));
        Ok((changes.collect(), token))
    })
}

fn token(world: &World, code: &Code, now: Timestamp) -> Token {
    let grant = code.grant.clone();
    let (life, data_access) = match code.login {
        Login::Facebook => {
            let seconds = world.settings.oauth.facebook_short_seconds;
            (Duration::from_secs(seconds), Some(now + DATA_ACCESS))
        }
        Login::Instagram => (INSTAGRAM_SHORT, None),
    };
    Token {
        text: grants::text(world, code.login, 0),
        login: code.login,
        holder: grant.holder,
        scopes: grant.scopes,
        declined: grant.declined,
        ticked: grant.ticked,
        left_out: grant.left_out,
        made_with: None,
        issued_at: now,
        expires_at: (!grant.lasting).then(|| now + life),
        data_access_expires_at: data_access.filter(|_| !grant.lasting),
        revoked: None,
    }
}

//! `fb_exchange_token`: a Facebook user's token for a long-lived one (graph-oauth.md §1.3).

use crate::domain::{Login, Timestamp};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::grants::{self, LONG};
use crate::sandbox::graph::authority::working;
use crate::sandbox::manners::LongAgain;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Holder, Token, World};

/// Makes a long-lived token of one that still works, with Page tokens that have no date. One that is long-lived already
/// is given anew, with the old date unless the settings say that Meta gives a later one.
pub(super) fn lengthen(meta: &Meta, text: &str) -> Result<Token, GraphFault> {
    let now = meta.now();
    meta.change(|world| {
        let old = world
            .token(text)
            .filter(|token| token.login == Login::Facebook)
            .ok_or_else(GraphFault::unreadable_token)?;
        working(world, old, now)?;
        if !matches!(old.holder, Holder::User(_)) {
            return Err(GraphFault::bad_parameter("The token must be a user access token"));
        }
        let token = Token {
            text: grants::text(world, Login::Facebook, 0),
            ..dated(world, old, now)
        };
        let tokens = grants::with_pages(world, token.clone());
        Ok((tokens.into_iter().map(Change::Token).collect(), token))
    })
}

/// The same grant with the dates that the new token has.
fn dated(world: &World, old: &Token, now: Timestamp) -> Token {
    let later = world.settings.oauth.facebook_long_again == LongAgain::LaterDate;
    if !old.is_short() && !later {
        return old.clone();
    }
    Token {
        issued_at: now,
        expires_at: old.expires_at.map(|_| now + LONG),
        ..old.clone()
    }
}

//! Tokens for what was granted: a person's own, and beside it one for each of their Pages.

use std::time::Duration;

use crate::domain::{Login, Timestamp};
use crate::sandbox::seed;
use crate::sandbox::world::{Holder, Id, Token, World};

/// How long a long-lived token lives (graph-oauth.md §3).
pub(crate) const LONG: Duration = Duration::from_hours(60 * 24);

/// For how long a person who logged in counts as active on Facebook (graph-oauth.md §1.6).
pub(crate) const DATA_ACCESS: Duration = Duration::from_hours(90 * 24);

/// The text of the `nth` token that is about to be made, with Meta's prefix.
pub(crate) fn text(world: &World, login: Login, nth: u64) -> String {
    let made = (world.tokens_made() + nth).to_string();
    let prefix = match login {
        Login::Facebook => "EAAG",
        Login::Instagram => "IGAA",
    };
    format!(
        "{prefix}{}",
        seed::letters(world.seed, &["token", login.as_str(), &made], 60)
    )
}

/// A new token and, if it is a Facebook user's, one for each Page that it shows.
pub(crate) fn with_pages(world: &World, token: Token) -> Vec<Token> {
    let pages = match token.holder {
        Holder::User(_) => world.pages_of_token(&token),
        Holder::Page(_) | Holder::Account(_) => Vec::new(),
    };
    let of_pages: Vec<Token> = (1..)
        .zip(pages)
        .map(|(nth, record)| page_token(world, &token, record.page.id, nth))
        .collect();
    std::iter::once(token).chain(of_pages).collect()
}

/// A Page's token as a person's token shows it. It dies with a short-lived one, and has no date beside a long-lived
/// one (graph-oauth.md §1.4).
pub(crate) fn page_token(world: &World, user: &Token, page: Id, nth: u64) -> Token {
    Token {
        text: text(world, Login::Facebook, nth),
        holder: Holder::Page(page),
        expires_at: user.expires_at.filter(|_| user.is_short()),
        ticked: None,
        made_with: Some(user.text.clone()),
        ..user.clone()
    }
}

/// Tokens of a Page that a person has just come by: one for each living token of theirs that shows all Pages.
pub(crate) fn for_new_page(world: &World, user: Id, page: Id, now: Timestamp) -> Vec<Token> {
    let mut theirs: Vec<&Token> = world
        .tokens
        .values()
        .filter(|token| token.holder == Holder::User(user) && token.is_alive(now) && token.shows(page))
        .collect();
    theirs.sort_by(|one, other| one.text.cmp(&other.text));
    (0..)
        .zip(theirs)
        .map(|(nth, token)| page_token(world, token, page, nth))
        .collect()
}

//! Grants taken back (graph-oauth.md §1.7, meta-webhooks.md §7): the app removed, or one permission of it.

use crate::domain::Login;
use crate::sandbox::world::{Change, Code, Holder, Id, Token, World};

/// What the tokens of somebody who removed the app answer.
const REMOVED: i64 = 458;

/// A person (on Facebook), or an account (with Instagram Login), removes the app: every token that came of
/// their login dies, with the codes on their way, and the webhooks stop that nobody else asked for.
pub(crate) fn leave(world: &World, person: Holder) -> Vec<Change> {
    let theirs = |token: &&Token| token.revoked.is_none() && came_of(world, token, person);
    let dead = world.tokens.values().filter(theirs).map(|token| {
        Change::Token(Token {
            revoked: Some(REMOVED),
            ..token.clone()
        })
    });
    let open = |code: &&Code| !code.used && code.grant.holder == person;
    let void = world.codes.values().filter(open).map(|code| {
        Change::Code(Box::new(Code {
            used: true,
            ..code.clone()
        }))
    });
    let silent = silenced(world, person)
        .into_iter()
        .map(|(account, login)| Change::Subscribed {
            account,
            login,
            fields: Vec::new(),
        });
    dead.chain(void).chain(silent).collect()
}

/// A person on Facebook takes one permission back, from all tokens that came of their login.
pub(crate) fn withdraw(world: &World, user: Id, scope: &str) -> Vec<Change> {
    let theirs = |token: &&Token| token.may(scope) && came_of(world, token, Holder::User(user));
    let without = world.tokens.values().filter(theirs).map(|token| {
        let mut token = token.clone();
        token.scopes.retain(|granted| granted != scope);
        token.declined.push(scope.to_owned());
        Change::Token(token)
    });
    without.collect()
}

fn came_of(world: &World, token: &Token, person: Holder) -> bool {
    match person {
        Holder::User(user) => world.person_behind(token) == Some(user),
        Holder::Page(_) | Holder::Account(_) => token.holder == person,
    }
}

/// The accounts that the app hears of by this person alone.
fn silenced(world: &World, person: Holder) -> Vec<(Id, Login)> {
    match person {
        Holder::Account(account) => vec![(account, Login::Instagram)],
        Holder::Page(_) => Vec::new(),
        Holder::User(user) => {
            let alone = |page: Id| {
                !world.tokens.values().any(|token| {
                    token.holder == Holder::Page(page)
                        && token.revoked.is_none()
                        && world.person_behind(token) != Some(user)
                })
            };
            let pages = world.pages_of(user).filter(|record| alone(record.page.id));
            let accounts = pages.filter_map(|record| record.account);
            accounts.map(|account| (account, Login::Facebook)).collect()
        }
    }
}

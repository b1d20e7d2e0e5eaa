//! Who may log in, and what they have that an app can be given.

use std::collections::BTreeSet;

use super::asked::{Asked, Refusal};
use crate::domain::Login;
use crate::sandbox::world::{Account, Holder, Id, Page, World};

/// Somebody who may log in.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: Id,
    pub(super) name: String,
}

/// Facebook's users, or the accounts that Instagram Login reaches, in order.
pub(super) fn all(world: &World, login: Login) -> Vec<Person> {
    match login {
        Login::Facebook => {
            let users = world.users.values();
            let person = users.map(|user| (user.id, user.name.clone()));
            person.map(|(id, name)| Person { id, name }).collect()
        }
        Login::Instagram => {
            let accounts = world.accounts.values().map(|record| &record.account);
            let theirs = accounts.filter(|account| account.logins.contains(&login));
            let mut people: Vec<Person> = theirs
                .map(|account| Person {
                    id: account.id,
                    name: account.username.clone(),
                })
                .collect();
            people.sort_by_key(|person| person.id);
            people
        }
    }
}

/// The one that was chosen, by id or (an account) by name; the only one there is need not be.
pub(super) fn chosen(mut people: Vec<Person>, choice: Option<&str>) -> Result<Option<Person>, Refusal> {
    let Some(choice) = choice else {
        return Ok(if people.len() == 1 { people.pop() } else { None });
    };
    let is_meant = |person: &Person| person.id.to_string() == choice || person.name == choice;
    people
        .into_iter()
        .find(is_meant)
        .map(Some)
        .ok_or_else(|| Refusal::new("Nobody", format!("There is nobody {choice:?} who could log in.")))
}

/// An app reaches professional accounts only.
pub(super) fn must_be_professional(world: &World, login: Login, person: &Person) -> Result<(), Refusal> {
    let account = world
        .accounts
        .get(&person.id)
        .filter(|_| login == Login::Instagram);
    match account {
        Some(record) if !record.account.is_professional() => Err(Refusal::new(
            "A professional account is needed",
            format!(
                "{} is a personal account. Switch to a business or creator account to go on.",
                person.name
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

/// The Pages that a person may tick.
pub(super) fn pages(world: &World, login: Login, person: &Person) -> Vec<Page> {
    match login {
        Login::Facebook => world
            .pages_of(person.id)
            .map(|record| record.page.clone())
            .collect(),
        Login::Instagram => Vec::new(),
    }
}

/// The professional accounts on those Pages, each of which a person may leave out.
pub(super) fn accounts<'w>(world: &'w World, login: Login, person: &Person) -> Vec<&'w Account> {
    let pages = pages(world, login, person).into_iter();
    let linked = pages.filter_map(|page| world.account_of_page(page.id));
    linked
        .map(|record| &record.account)
        .filter(|account| account.is_professional())
        .collect()
}

/// The permissions that are shown: of those that the person declined before only when they are asked for again.
pub(super) fn shown<'a>(world: &World, asked: &'a Asked, person: &Person) -> Vec<&'a str> {
    let declined = match asked.login {
        Login::Facebook if !asked.again => declined(world, person.id),
        Login::Facebook | Login::Instagram => BTreeSet::new(),
    };
    let names = asked.permissions.iter().map(String::as_str);
    names.filter(|name| !declined.contains(*name)).collect()
}

/// What the newest of a person's tokens is without. Who removed the app is asked for everything again.
fn declined(world: &World, user: Id) -> BTreeSet<String> {
    let theirs = world
        .tokens
        .values()
        .filter(|token| token.holder == Holder::User(user) && token.revoked.is_none());
    let newest = theirs.max_by_key(|token| (token.issued_at, &token.text));
    newest.map_or_else(BTreeSet::new, |token| token.declined.iter().cloned().collect())
}

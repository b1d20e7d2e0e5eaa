//! What a person said, as a code, and the address that takes them back to the app.

use std::collections::BTreeSet;
use std::time::Duration;

use url::Url;

use super::asked::Asked;
use super::form::Form;
use super::person::{self, Person};
use crate::domain::{Login, Timestamp};
use crate::sandbox::manners::Partial;
use crate::sandbox::seed;
use crate::sandbox::world::{Code, Grant, Holder, Id, World};

/// A code of Instagram's lives for this long (graph-oauth.md §2.1).
const INSTAGRAM_CODE: Duration = Duration::from_hours(1);

/// The word for all Pages, also those to come.
const ALL_PAGES: &str = "all";

/// The code for what was ticked.
pub(super) fn agree(world: &World, asked: &Asked, person: &Person, form: &Form, now: Timestamp) -> Code {
    let (scopes, declined) = split(world, asked, person, form);
    let life = match asked.login {
        Login::Facebook => Duration::from_secs(world.settings.oauth.facebook_code_minutes.saturating_mul(60)),
        Login::Instagram => INSTAGRAM_CODE,
    };
    let made = world.codes.len().to_string();
    Code {
        text: format!(
            "AQ{}",
            seed::letters(world.seed, &["code", asked.login.as_str(), &made], 100)
        ),
        login: asked.login,
        client_id: asked.client_id.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        grant: Grant {
            holder: match asked.login {
                Login::Facebook => Holder::User(person.id),
                Login::Instagram => Holder::Account(person.id),
            },
            scopes,
            declined,
            ticked: ticked(world, asked, person, form),
            left_out: left_out(world, asked, person, form),
            lasting: asked.lasting,
        },
        expires_at: now + life,
        used: false,
    }
}

/// What was granted and what was not. Instagram's first permission cannot be declined.
fn split(world: &World, asked: &Asked, person: &Person, form: &Form) -> (Vec<String>, Vec<String>) {
    let shown = person::shown(world, asked, person);
    let granted = |name: &String| {
        let must = asked.login == Login::Instagram && name == asked.login.basic_scope();
        must || (shown.contains(&name.as_str()) && form.all("permission").any(|ticked| ticked == name))
    };
    let (scopes, declined): (Vec<String>, Vec<String>) = asked.permissions.iter().cloned().partition(granted);
    let nothing = world.settings.oauth.facebook_partial == Partial::Nothing;
    if asked.login == Login::Facebook && nothing && !declined.is_empty() {
        return (Vec::new(), asked.permissions.clone());
    }
    (scopes, declined)
}

fn ticked(world: &World, asked: &Asked, person: &Person, form: &Form) -> Option<BTreeSet<Id>> {
    if asked.login == Login::Instagram || form.all("page").any(|page| page == ALL_PAGES) {
        return None;
    }
    let theirs = person::pages(world, asked.login, person).into_iter();
    let ids = theirs.map(|page| page.id);
    Some(
        ids.filter(|id| form.all("page").any(|page| page == id.to_string()))
            .collect(),
    )
}

/// Accounts that are not to be reached, though their Pages may.
fn left_out(world: &World, asked: &Asked, person: &Person, form: &Form) -> BTreeSet<Id> {
    let accounts = person::accounts(world, asked.login, person).into_iter();
    let ids = accounts.map(|account| account.id);
    ids.filter(|id| form.all("leave_out").any(|left| left == id.to_string()))
        .collect()
}

/// Back to the app with a code. The tail is what browsers show behind it.
pub(super) fn with_code(asked: &Asked, code: &Code) -> Url {
    let mut back = back(asked, &[("code", code.text.as_str())]);
    back.set_fragment(Some(match asked.login {
        Login::Facebook => "_=_",
        Login::Instagram => "_",
    }));
    back
}

/// Back to the app without one.
pub(super) fn with_refusal(asked: &Asked) -> Url {
    back(
        asked,
        &[
            ("error", "access_denied"),
            ("error_reason", "user_denied"),
            ("error_description", "The user denied your request"),
        ],
    )
}

fn back(asked: &Asked, pairs: &[(&str, &str)]) -> Url {
    let mut url = asked.redirect.clone();
    let state = asked.state.as_deref().map(|state| ("state", state));
    url.query_pairs_mut()
        .extend_pairs(pairs.iter().copied().chain(state));
    url
}

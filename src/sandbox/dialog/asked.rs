//! What an app asks of a person, checked as Meta checks it before anything is shown.

use url::{Host, Url};

use super::form::Form;
use crate::domain::Login;
use crate::sandbox::grants;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::World;

/// A request for a dialog that is in order.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) login: Login,
    pub(super) client_id: String,
    /// As it was written: the exchange must say the same.
    pub(super) redirect_uri: String,
    pub(super) redirect: Url,
    pub(super) state: Option<String>,
    pub(super) permissions: Vec<String>,
    /// For a business's own system user.
    pub(super) lasting: bool,
    /// Permissions that were declined before are asked for again.
    pub(super) again: bool,
}

/// Why no dialog is shown: a title and a sentence.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) title: &'static str,
    pub(super) words: String,
}

impl Refusal {
    /// Of a title and a sentence.
    pub(super) fn new(title: &'static str, words: impl Into<String>) -> Self {
        let words = words.into();
        Self { title, words }
    }
}

impl Asked {
    /// Checks app, address, kind of answer and permissions, in this order.
    pub(super) fn read(meta: &Meta, world: &World, login: Login, form: &Form) -> Result<Self, Refusal> {
        let client_id = form.one("client_id").unwrap_or_default();
        if client_id != meta.apps.of(login).id {
            return Err(Refusal::new(
                "Invalid App ID",
                format!("The provided app ID {client_id:?} does not look like a valid app ID."),
            ));
        }
        let redirect_uri = form.one("redirect_uri").unwrap_or_default();
        let redirect = address(world, login, redirect_uri)?;
        if form.one("response_type").is_some_and(|kind| kind != "code") {
            return Err(Refusal::new(
                "Invalid parameter",
                "The sandbox answers response_type=code only.",
            ));
        }
        let (permissions, lasting) = permissions(world, login, form)?;
        Ok(Self {
            login,
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            redirect,
            state: form.one("state").map(str::to_owned),
            permissions,
            lasting,
            again: form.one("auth_type") == Some("rerequest"),
        })
    }
}

/// The address, if the app registered it; while it registered none, any on this machine.
fn address(world: &World, login: Login, text: &str) -> Result<Url, Refusal> {
    let blocked = || {
        Refusal::new(
            "URL blocked",
            format!("The redirect URI {text:?} is not one of those that the app registered."),
        )
    };
    let url = Url::parse(text).map_err(|_| blocked())?;
    let registered = world.registration(login).redirect_uris;
    let known = if registered.is_empty() {
        matches!(url.scheme(), "http" | "https") && is_loopback(&url)
    } else {
        registered.iter().any(|one| one == text)
    };
    if known { Ok(url) } else { Err(blocked()) }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Of a scope or, with Facebook, of a saved configuration in its place; and whether it is a system user's.
fn permissions(world: &World, login: Login, form: &Form) -> Result<(Vec<String>, bool), Refusal> {
    let (scope, saved) = (form.one("scope"), form.one("config_id"));
    match (scope, saved.filter(|_| login == Login::Facebook)) {
        (Some(_), Some(_)) => Err(Refusal::new(
            "Invalid parameter",
            "config_id stands in the place of scope, not beside it.",
        )),
        (None, Some(id)) => match world.settings.oauth.configurations.get(id) {
            Some(saved) => Ok((saved.permissions.clone(), saved.system_user)),
            None => Err(Refusal::new(
                "Invalid configuration",
                format!("The app has no configuration {id:?}."),
            )),
        },
        (scope, None) => names(login, scope.unwrap_or_default()).map(|names| (names, false)),
    }
}

/// With commas between them; Instagram takes spaces, too.
fn names(login: Login, scope: &str) -> Result<Vec<String>, Refusal> {
    let split = |letter: char| letter == ',' || (login == Login::Instagram && letter == ' ');
    let mut names: Vec<String> = Vec::new();
    for name in scope.split(split).map(str::trim).filter(|name| !name.is_empty()) {
        if !grants::exists(login, name) {
            return Err(Refusal::new(
                "Invalid scope",
                format!("Invalid scopes: {name}. This message is only shown to developers."),
            ));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let basic = login.basic_scope();
    if login == Login::Instagram && !names.iter().any(|name| name == basic) {
        return Err(Refusal::new(
            "Invalid scope",
            format!("{basic} is required with Instagram Login."),
        ));
    }
    Ok(names)
}

//! The pages: who logs in, what they grant, and what is wrong with the app's request.

use super::asked::{Asked, Refusal};
use super::form::Form;
use super::person::{self, Person};
use crate::domain::Login;
use crate::sandbox::html::Html;
use crate::sandbox::world::World;

const fn product(login: Login) -> &'static str {
    match login {
        Login::Facebook => "Facebook",
        Login::Instagram => "Instagram",
    }
}

/// Nothing is asked: the app's request is not in order.
pub(super) fn refusal(refusal: &Refusal) -> String {
    Html::page(refusal.title, |html| {
        html.paragraph(&refusal.words);
        html.paragraph("This is the sandbox, which plays Meta. Nothing was granted.");
    })
}

/// Who logs in? The next page follows by a GET.
pub(super) fn who(login: Login, path: &str, form: &Form, people: &[Person]) -> String {
    let title = format!("Log in with {}", product(login));
    Html::page(&title, |html| {
        html.markup("<form method=\"get\" action=\"")
            .text(path)
            .markup("\">");
        carry(html, form);
        if people.is_empty() {
            html.paragraph("Nobody here can log in yet: make somebody by the sandbox's control paths.");
            buttons(html, None);
        } else {
            html.markup("<fieldset><legend>Who are you?</legend>");
            for person in people {
                let label = format!("{} ({})", person.name, person.id);
                html.choice("type=\"radio\" required", "as", &person.id.to_string(), &label);
            }
            html.markup("</fieldset>");
            buttons(html, Some("<button type=\"submit\">Next</button> "));
        }
        html.markup("</form>");
    })
}

/// What may the app do, and with which Pages?
pub(super) fn grant(world: &World, asked: &Asked, path: &str, form: &Form, person: &Person) -> String {
    let title = format!("Log in with {}", product(asked.login));
    Html::page(&title, |html| {
        html.paragraph(&format!(
            "Sandbox App {} asks for access. You are {} ({}).",
            asked.client_id, person.name, person.id
        ));
        html.markup("<form method=\"post\" action=\"")
            .text(path)
            .markup("\">");
        carry(html, form);
        html.hidden("as", &person.id.to_string());
        permissions(html, world, asked, person);
        if asked.login == Login::Facebook {
            pages(html, world, person);
            accounts(html, world, person);
        }
        buttons(
            html,
            Some("<button type=\"submit\" name=\"action\" value=\"continue\">Continue</button> "),
        );
        html.markup("</form>");
    })
}

fn permissions(html: &mut Html, world: &World, asked: &Asked, person: &Person) {
    html.markup("<fieldset><legend>What may it do?</legend>");
    for name in person::shown(world, asked, person) {
        if asked.login == Login::Instagram && name == asked.login.basic_scope() {
            html.hidden("permission", name);
            html.paragraph(&format!("{name} (required)"));
        } else {
            html.choice("type=\"checkbox\" checked", "permission", name, name);
        }
    }
    html.markup("</fieldset>");
}

fn pages(html: &mut Html, world: &World, person: &Person) {
    html.markup("<fieldset><legend>With which Pages?</legend>");
    let pages = person::pages(world, Login::Facebook, person);
    if pages.is_empty() {
        html.paragraph("You have no Page.");
    }
    for page in pages {
        let label = format!("{} ({})", page.name, page.id);
        html.choice("type=\"checkbox\" checked", "page", &page.id.to_string(), &label);
    }
    html.markup("</fieldset>");
}

/// Which accounts are not to be reached, though their Pages are?
fn accounts(html: &mut Html, world: &World, person: &Person) {
    let accounts = person::accounts(world, Login::Facebook, person);
    if accounts.is_empty() {
        return;
    }
    html.markup("<fieldset><legend>Without which Instagram accounts?</legend>");
    for account in accounts {
        let label = format!("without {} ({})", account.username, account.id);
        html.choice("type=\"checkbox\"", "leave_out", &account.id.to_string(), &label);
    }
    html.markup("</fieldset>");
}

fn carry(html: &mut Html, form: &Form) {
    for (name, value) in form.said_by_app() {
        html.hidden(name, value);
    }
}

/// The way on, if there is one, and the way out.
fn buttons(html: &mut Html, on: Option<&'static str>) {
    html.markup("<p>").markup(on.unwrap_or_default());
    html.markup(
        "<button type=\"submit\" name=\"action\" value=\"cancel\" formmethod=\"post\" formnovalidate>Cancel</button>",
    );
    html.markup("</p>");
}

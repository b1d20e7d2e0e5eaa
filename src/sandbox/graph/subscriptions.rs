//! `subscribed_apps`: whether an account's webhooks reach the app (meta-webhooks.md §6). Instagram Login
//! subscribes the account, Facebook Login its Page, with a Page's fields.

use super::authority::{need, need_basic, need_task, scene};
use super::nodes::{Node, resolve};
use super::request::Request;
use crate::domain::Login;
use crate::sandbox::answer::Scene;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::json::Json;
use crate::sandbox::meta::Meta;
use crate::sandbox::settings::{INSTAGRAM_FIELDS, PAGE_FIELDS};
use crate::sandbox::world::{AccountRecord, Change, Holder, Id, World};

/// Subscribes: all names are good, or nothing changes.
pub(crate) fn subscribe(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    let mut known = match request.login {
        Login::Facebook => PAGE_FIELDS.to_vec(),
        Login::Instagram => INSTAGRAM_FIELDS.to_vec(),
    };
    let dropped = meta.world().settings.dropped_fields.clone();
    known.retain(|name| !dropped.iter().any(|gone| gone == name));
    let fields: Vec<String> = request
        .required("subscribed_fields")?
        .split(',')
        .map(|name| name.trim().to_owned())
        .collect();
    if let Some(unknown) = fields.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(GraphFault::bad_parameter(&format!(
            "Param subscribed_fields[{unknown}] must be one of {{{}}}",
            known.join(", ").to_uppercase()
        )));
    }
    set(meta, request, node, &fields)
}

/// Takes the subscription back.
pub(crate) fn unsubscribe(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    set(meta, request, node, &[])
}

fn set(meta: &Meta, request: &Request, node: &str, fields: &[String]) -> Result<Vec<u8>, GraphFault> {
    meta.change(|world| {
        let account = subscribable(meta, world, request, node)?;
        let change = account.map(|account| Change::Subscribed {
            account,
            login: request.login,
            fields: fields.to_vec(),
        });
        Ok::<_, GraphFault>((change.into_iter().collect(), ()))
    })?;
    Ok(br#"{"success":true}"#.to_vec())
}

/// The account whose webhooks are asked for. A Page without one can be subscribed: it brings nothing.
fn subscribable(meta: &Meta, world: &World, request: &Request, node: &str) -> Result<Option<Id>, GraphFault> {
    let scene = scene(meta, world, request)?;
    match resolve(&scene, node)? {
        Node::Account(record) if request.login == Login::Instagram => {
            need_basic(scene.token, scene.now)?;
            Ok(Some(record.account.id))
        }
        Node::Page(record) => {
            need_page(&scene, record.page.id)?;
            Ok(record.account)
        }
        other => Err(GraphFault::no_such_field(
            "subscribed_apps",
            other.shape(request.login).name,
        )),
    }
}

/// A Page's subscriptions want the Page's own token, of somebody who may moderate there.
pub(crate) fn need_page(scene: &Scene<'_>, page: Id) -> Result<(), GraphFault> {
    const SCOPE: &str = "pages_manage_metadata";
    if !matches!(scene.token.holder, Holder::Page(_)) {
        return Err(GraphFault::of(210, None));
    }
    need(scene.token, SCOPE, scene.now).map_err(|_| GraphFault::of(200, None))?;
    need_task(scene.world, scene.token, page, SCOPE)
}

/// Writes what is subscribed.
pub(crate) fn list(scene: &Scene<'_>, json: &mut Json, record: Option<&AccountRecord>) {
    let fields = record.map_or(&[][..], |record| record.subscribed_to(scene.login));
    json.object(|json| {
        json.key("data").array(|json| {
            if fields.is_empty() {
                return;
            }
            json.object(|json| {
                if scene.login == Login::Facebook {
                    json.key("id").text(scene.app);
                    json.key("link").text("https://www.facebook.com/");
                    json.key("category").text("Business");
                }
                json.key("name").text("Sandbox App");
                json.key("subscribed_fields")
                    .array(|json| fields.iter().for_each(|name| json.text(name)));
            });
        });
    });
}

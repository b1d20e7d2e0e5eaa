//! `/{app-id}/subscriptions`: where the Facebook app's webhooks go and which fields it listens to, set by the app
//! itself (meta-webhooks.md §6). The address must answer the handshake before anything changes.

use super::authority::{Caller, caller};
use super::request::Request;
use crate::domain::Login;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::manners::Support;
use crate::sandbox::meta::Meta;
use crate::sandbox::outbox;
use crate::sandbox::settings::INSTAGRAM_FIELDS;
use crate::sandbox::world::{Change, Destination};

/// The only object that the sandbox tells of.
const OBJECT: &str = "instagram";

/// The version of each field's payload.
const FIELD_VERSION: &str = "v25.0";

/// Tells the subscriptions.
pub(super) fn list(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    must_be_the_app(meta, request, node)?;
    let world = meta.world();
    let mut json = Json::new(Style::Answer);
    json.object(|json| {
        json.key("data").array(|json| {
            let Some(to) = world.callbacks.get(&Login::Facebook) else {
                return;
            };
            json.object(|json| {
                json.key("object").text(OBJECT);
                json.key("callback_url").text(to.url.as_str());
                json.key("active")
                    .flag(meta.outbox.is_verified(Login::Facebook, to));
                json.key("fields").array(|json| {
                    for name in world.listens_to(Login::Facebook) {
                        json.object(|json| {
                            json.key("name").text(name);
                            json.key("version").text(FIELD_VERSION);
                        });
                    }
                });
            });
        });
    });
    Ok(json.into_bytes())
}

/// Subscribes, when all names are good and the address gives the challenge back.
pub(super) async fn set(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    must_be_the_app(meta, request, node)?;
    must_be_instagram(meta, request)?;
    let fields = fields(request.required("fields")?)?;
    if request.param("include_values") == Some("false") {
        return Err(GraphFault::bad_parameter(
            "The sandbox sends values: include_values must be true",
        ));
    }
    let url = request.required("callback_url")?.parse();
    let destination = Destination {
        url: url.map_err(|_| GraphFault::bad_parameter("Param callback_url must be a valid URL"))?,
        verify_token: request.param("verify_token").unwrap_or_default().to_owned(),
        secret: None,
    };
    outbox::shake(meta, Login::Facebook, &destination)
        .await
        .map_err(|why| {
            GraphFault::saying(
                2_200,
                format!("(#2200) Callback verification failed with the following errors: {why}"),
            )
        })?;
    record(meta, Some(destination), Some(fields))
}

/// Ends the subscription, or takes some of its fields away.
pub(super) fn remove(meta: &Meta, request: &Request, node: &str) -> Result<Vec<u8>, GraphFault> {
    must_be_the_app(meta, request, node)?;
    if request.param("object").is_some() {
        must_be_instagram(meta, request)?;
    }
    let Some(text) = request.param("fields") else {
        return record(meta, None, None);
    };
    let gone = fields(text)?;
    let (to, left) = {
        let world = meta.world();
        let mut left = world.listens_to(Login::Facebook).to_vec();
        left.retain(|name| !gone.contains(name));
        (world.callbacks.get(&Login::Facebook).cloned(), left)
    };
    record(meta, to.filter(|_| !left.is_empty()), Some(left))
}

fn must_be_the_app(meta: &Meta, request: &Request, node: &str) -> Result<(), GraphFault> {
    if request.login != Login::Facebook || node != meta.apps.facebook.id {
        return Err(GraphFault::no_such_object(node));
    }
    match caller(meta, &meta.world(), request)? {
        Caller::App => Ok(()),
        Caller::Holder(_) => Err(GraphFault::saying(
            15,
            "(#15) This method must be called with an app access_token.",
        )),
    }
}

fn must_be_instagram(meta: &Meta, request: &Request) -> Result<(), GraphFault> {
    let supported = meta.world().settings.oauth.instagram_subscriptions == Support::Supported;
    if supported && request.required("object")? == OBJECT {
        return Ok(());
    }
    let known = if supported {
        OBJECT
    } else {
        "user, page, permissions"
    };
    Err(GraphFault::bad_parameter(&format!(
        "Param object must be one of {{{known}}}"
    )))
}

/// All names are good, or none counts.
fn fields(text: &str) -> Result<Vec<String>, GraphFault> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    match names
        .iter()
        .find(|name| !INSTAGRAM_FIELDS.contains(&name.as_str()))
    {
        None => Ok(names),
        Some(unknown) => Err(GraphFault::bad_parameter(&format!(
            "Param fields[{unknown}] must be one of {{{}}}",
            INSTAGRAM_FIELDS.join(", ")
        ))),
    }
}

fn record(
    meta: &Meta,
    destination: Option<Destination>,
    fields: Option<Vec<String>>,
) -> Result<Vec<u8>, GraphFault> {
    let success = meta.change(|world| {
        let to = Change::Callback {
            login: Login::Facebook,
            destination,
        };
        let success = world.settings.oauth.success;
        Ok::<_, GraphFault>((vec![to, Change::Listens { fields }], success))
    })?;
    Ok(success.body())
}

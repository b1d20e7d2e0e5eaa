//! Which path does what.

use super::request::{Host, Request};
use super::{app_subscriptions, debug, edges, exchange, nodes, permissions, publish, renewal, subscriptions};
use crate::domain::Login;
use crate::sandbox::errors::GraphFault;
use crate::sandbox::faults::What;
use crate::sandbox::json::{Json, Style};
use crate::sandbox::meta::Meta;

use super::authority::scene;

/// Answers a call: the body, or the error. What was ordered for it may decide a container's fate.
pub(crate) async fn answer(meta: &Meta, request: &Request, struck: &[What]) -> Result<Vec<u8>, GraphFault> {
    if request.host == Host::Codes {
        return exchange::instagram(meta, request);
    }
    if request.misplaced {
        return Err(GraphFault::unknown_path(&request.path));
    }
    if request.host == Host::Uploads {
        return publish::upload(meta, request).await;
    }
    if request.params.contains_key("ids") {
        return Err(GraphFault::saying(
            100,
            "The ids query parameter is deprecated and no longer supported. Request each object by itself.",
        )
        .with_http(500));
    }
    match (request.method.as_str(), request.parts()) {
        ("GET", ("debug_token", None)) => debug::token(meta, request),
        ("GET", ("refresh_access_token", None)) => renewal::refresh(meta, request),
        ("GET", ("access_token", None)) => renewal::lengthen(meta, request),
        ("GET" | "POST", ("oauth", Some("access_token"))) if request.login == Login::Facebook => {
            exchange::facebook(meta, request)
        }
        ("GET", (node, Some("subscriptions"))) => app_subscriptions::list(meta, request, node),
        ("POST", (node, Some("subscriptions"))) => app_subscriptions::set(meta, request, node).await,
        ("DELETE", (node, Some("subscriptions"))) => app_subscriptions::remove(meta, request, node),
        ("GET", (node, edge)) => read(meta, request, node, edge),
        ("POST", (node, Some("media"))) => publish::create(meta, request, node, struck).await,
        ("POST", (node, Some("media_publish"))) => publish::release(meta, request, node),
        ("POST", (node, Some("comments" | "replies"))) => publish::say(meta, request, node),
        ("POST", (node, None)) => publish::enable_comments(meta, request, node),
        ("DELETE", (node, None)) => publish::delete(meta, request, node),
        ("POST", (node, Some("subscribed_apps"))) => subscriptions::subscribe(meta, request, node),
        ("DELETE", (node, Some("subscribed_apps"))) => subscriptions::unsubscribe(meta, request, node),
        ("DELETE", (node, Some("permissions"))) => permissions::withdraw(meta, request, node, None),
        (method, (node, edge)) => match edge.and_then(|edge| edge.strip_prefix("permissions/")) {
            Some(name) if method == "DELETE" => permissions::withdraw(meta, request, node, Some(name)),
            _ => Err(GraphFault::unsupported(method, node)),
        },
    }
}

fn read(meta: &Meta, request: &Request, node: &str, edge: Option<&str>) -> Result<Vec<u8>, GraphFault> {
    let world = meta.world();
    let scene = scene(meta, &world, request)?;
    let node = nodes::resolve(&scene, node)?;
    let mut json = Json::new(Style::Answer);
    match edge {
        None => nodes::write(&scene, &mut json, &node, request.param("fields"))?,
        Some(edge) => edges::write(&scene, &mut json, &node, edge, request)?,
    }
    Ok(json.into_bytes())
}

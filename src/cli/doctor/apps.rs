//! The apps: whether Meta can be reached, and knows each id with its secret.

use serde_json::Value;
use url::Url;

use super::code::Code;
use super::finding::Finding;
use super::web::{Heard, Unheard, Web, ask};
use crate::config::{Config, GraphApp};
use crate::domain::AppSecret;

const CHECK: &str = "apps";

/// Asks Meta.
pub(super) async fn look(config: &Config, web: &Web) -> Vec<Finding> {
    let (facebook, instagram) = (&config.graph.facebook, &config.graph.instagram);
    let mut findings = Vec::new();
    if let (Some(id), Some(secret)) = (&facebook.app_id, &facebook.app_secret) {
        findings.push(known(web, facebook, id, secret, instagram.app_secret.as_ref()).await);
    } else {
        findings.push(
            reached(
                web,
                &facebook.url,
                "FACEBOOK_APP_ID and FACEBOOK_APP_SECRET are not both set",
            )
            .await,
        );
    }
    // graph-oauth.md §1.6: nobody knows whether the Instagram host describes tokens to an app.
    let untold = "Meta documents no way to ask for the Instagram app: its first login or delivery shows";
    findings.push(reached(web, &instagram.url, untold).await);
    findings
}

/// Any answer will do.
async fn reached(web: &Web, url: &Url, untold: &str) -> Finding {
    match ask(web.http().get(url.clone())).await {
        Ok(_) => Finding::skipped(CHECK, format!("{} answers; {untold}", host(url))),
        Err(unheard) => unreachable(url, &unheard),
    }
}

fn host(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or_default())
}

fn unreachable(url: &Url, unheard: &Unheard) -> Finding {
    let (Unheard::Tls(words) | Unheard::Silent(words)) = unheard;
    Code::GraphUnreachable.found(format!("{}: {words}", host(url)))
}

/// Whether the app's own token, made of its id and secret, is one to Meta.
async fn known(
    web: &Web,
    app: &GraphApp,
    id: &str,
    secret: &AppSecret,
    other: Option<&AppSecret>,
) -> Finding {
    let heard = match describe(web, app, id, secret).await {
        Ok(heard) => heard,
        Err(unheard) => return unreachable(&app.url, &unheard),
    };
    let Some(words) = refusal(&heard, secret) else {
        return Finding::passed(CHECK, format!("Meta knows the Facebook app {id} with its secret"));
    };
    if let Some(other) = other
        && let Ok(heard) = describe(web, app, id, other).await
        && refusal(&heard, other).is_none()
    {
        return Code::AppsSwapped.found("INSTAGRAM_APP_SECRET is the secret of the app FACEBOOK_APP_ID");
    }
    Code::AppRefused.found(format!(
        "Meta refuses FACEBOOK_APP_ID {id} with FACEBOOK_APP_SECRET: {words}"
    ))
}

/// Describes the app's own token to the app (graph-oauth.md §1.6).
async fn describe(web: &Web, app: &GraphApp, id: &str, secret: &AppSecret) -> Result<Heard, Unheard> {
    let token = format!("{id}|{}", secret.expose());
    let mut url = app.url.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments
            .pop_if_empty()
            .extend([app.version.as_str(), "debug_token"]);
    }
    let request = web.http().get(url).query(&[("input_token", &token)]);
    ask(request.bearer_auth(&token)).await
}

/// Meta's words, where it refuses; without the secret, which it may repeat.
fn refusal(heard: &Heard, secret: &AppSecret) -> Option<String> {
    let answer = heard.json();
    if heard.status == 200 && answer.get("data").is_some() {
        return None;
    }
    let words = answer.pointer("/error/message").and_then(Value::as_str);
    let words = words.unwrap_or("it answers something else than Graph does");
    Some(words.replace(secret.expose(), "…"))
}

//! Signed requests to the app's own callbacks (meta-webhooks.md §7): sent once, and what was answered.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use url::Url;

use crate::domain::Login;
use crate::sandbox::apps::hmac;
use crate::sandbox::manners::Digits;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::Id;

/// What was sent, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) signed_request: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<String>,
    pub(crate) error: Option<String>,
}

/// Tells an app of a person, signed with its secret or with another one.
pub(crate) async fn tell_app(meta: &Meta, login: Login, to: &Url, user: Id, secret: Option<&str>) -> Told {
    let secret = secret.unwrap_or_else(|| meta.apps.of(login).secret.expose());
    let (digits, time) = {
        let world = meta.world();
        let settings = &world.settings;
        (
            settings.oauth.signed_user_id,
            Duration::from_millis(settings.delivery_timeout_ms),
        )
    };
    let payload = json!({
        "algorithm": "HMAC-SHA256",
        "issued_at": meta.now().seconds(),
        "user_id": match digits {
            Digits::Number => json!(user.number()),
            Digits::Text => json!(user),
        },
    });
    let signed = signed_request(secret, payload.to_string().as_bytes());
    let mut told = post(meta, to, &signed, time).await;
    told.signed_request = Some(signed);
    told
}

/// The signature is of the encoded text, not of the JSON.
fn signed_request(secret: &str, payload: &[u8]) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let signature = URL_SAFE_NO_PAD.encode(hmac(secret, payload.as_bytes()));
    format!("{signature}.{payload}")
}

async fn post(meta: &Meta, to: &Url, signed: &str, time: Duration) -> Told {
    let request = meta
        .outbox
        .client
        .post(to.clone())
        .timeout(time)
        .form(&[("signed_request", signed)]);
    let failed = |error: reqwest::Error| Told {
        error: Some(error.without_url().to_string()),
        ..Told::default()
    };
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) => return failed(error),
    };
    let status = Some(answer.status().as_u16());
    match answer.text().await {
        Ok(body) => Told {
            status,
            body: Some(body),
            ..Told::default()
        },
        Err(error) => Told {
            status,
            ..failed(error)
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_request_is_that_of_the_reference() {
        let payload = br#"{"user_id":"17841400000000001","algorithm":"HMAC-SHA256","issued_at":1760000000}"#;
        assert_eq!(
            signed_request("example-app-secret-0001", payload),
            "fBv3Yb2mSkZebz1pvxeq6gAGcUKz8Js_J8Bn0kNdxFs.eyJ1c2VyX2lkIjoiMTc4NDE0MDAwMDAwMDAwMDEiLCJhbGdvcml0aG0iOiJI\
             TUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc2MDAwMDAwMH0"
        );
    }
}

//! Where webhooks go: set with the handshake, as in Meta's dashboard.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde_json::json;
use url::Url;

use super::input::Input;
use super::problem::Problem;
use crate::domain::Login;
use crate::sandbox::meta::Meta;
use crate::sandbox::outbox;
use crate::sandbox::world::{Change, Destination};

/// `POST /sandbox/callback`: for one `login` or both; `secret` signs instead of the app's.
pub(crate) async fn set(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let login: Option<Login> = input.optional("login")?;
    let destination = Destination {
        url: input.required::<Url>("url")?,
        verify_token: input.required("verify_token")?,
        secret: input.optional("secret")?,
    };
    input.done()?;
    if !matches!(destination.url.scheme(), "http" | "https") {
        return Err(Problem::field("url", "http or https"));
    }
    let logins = login.map_or_else(|| Login::ALL.to_vec(), |login| vec![login]);
    for login in &logins {
        outbox::shake(&meta, *login, &destination)
            .await
            .map_err(Problem::Handshake)?;
    }
    record(&meta, &logins, Some(&destination))?;
    Ok(HttpResponse::Ok().json(json!({ "logins": logins, "url": destination.url, "verified": true })))
}

/// `DELETE /sandbox/callback`: nothing is told any more.
pub(crate) async fn remove(meta: Data<Meta>) -> Result<HttpResponse, Problem> {
    record(&meta, &Login::ALL, None)?;
    Ok(HttpResponse::NoContent().finish())
}

fn record(meta: &Meta, logins: &[Login], destination: Option<&Destination>) -> Result<(), Problem> {
    meta.change(|_| {
        let changes = logins.iter().map(|login| Change::Callback {
            login: *login,
            destination: destination.cloned(),
        });
        Ok((changes.collect(), ()))
    })
}

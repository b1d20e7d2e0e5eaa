//! What an app registered for each login, as in Meta's dashboard.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde_json::{Value, json};
use url::Url;

use super::input::Input;
use super::problem::Problem;
use crate::domain::Login;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Registration};

/// `POST /sandbox/apps`: the addresses of one `login` or of both. What is not given stays.
pub(crate) async fn register(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let login: Option<Login> = input.optional("login")?;
    let redirect_uris: Option<Vec<String>> = input.optional("redirect_uris")?;
    let deauthorize_url = callback(&mut input, "deauthorize_url")?;
    let data_deletion_url = callback(&mut input, "data_deletion_url")?;
    input.done()?;
    meta.change(|world| {
        let logins = login.map_or_else(|| Login::ALL.to_vec(), |login| vec![login]);
        let changes = logins.into_iter().map(|login| {
            let old = world.registration(login);
            Change::Registered {
                login,
                registration: Registration {
                    redirect_uris: redirect_uris.clone().unwrap_or(old.redirect_uris),
                    deauthorize_url: deauthorize_url.clone().or(old.deauthorize_url),
                    data_deletion_url: data_deletion_url.clone().or(old.data_deletion_url),
                },
            }
        });
        Ok::<_, Problem>((changes.collect(), ()))
    })?;
    Ok(list(meta).await)
}

/// `GET /sandbox/apps`
pub(crate) async fn list(meta: Data<Meta>) -> HttpResponse {
    let world = meta.world();
    let shown: Vec<Value> = Login::ALL
        .into_iter()
        .map(|login| {
            let of = world.registration(login);
            json!({
                "login": login,
                "app_id": meta.apps.of(login).id,
                "redirect_uris": of.redirect_uris,
                "deauthorize_url": of.deauthorize_url,
                "data_deletion_url": of.data_deletion_url,
            })
        })
        .collect();
    HttpResponse::Ok().json(json!({ "data": shown }))
}

fn callback(input: &mut Input, field: &'static str) -> Result<Option<Url>, Problem> {
    let url: Option<Url> = input.optional(field)?;
    match url {
        Some(url) if !matches!(url.scheme(), "http" | "https") => Err(Problem::field(field, "http or https")),
        url => Ok(url),
    }
}

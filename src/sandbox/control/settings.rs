//! The knobs, and the way back to the beginning.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde_json::{Value, json};

use super::input::Input;
use super::problem::Problem;
use crate::sandbox::meta::Meta;
use crate::sandbox::settings::Settings;
use crate::sandbox::world::Change;

/// `GET /sandbox/settings`
pub(crate) async fn show(meta: Data<Meta>) -> HttpResponse {
    HttpResponse::Ok().json(&meta.world().settings)
}

/// `POST /sandbox/settings`: those that are given; the others stay.
pub(crate) async fn set(meta: Data<Meta>, body: Bytes) -> Result<HttpResponse, Problem> {
    let given = Input::read(&body)?.rest();
    let settings = meta.change(|world| {
        let mut all = json!(world.settings);
        for (name, value) in given {
            let members = all.as_object_mut().expect("settings are an object");
            members.insert(name.clone(), value);
            // One at a time, so that the field at fault can be named.
            serde_json::from_value::<Settings>(Value::clone(&all))
                .map_err(|error| Problem::field(&name, error.to_string()))?;
        }
        let settings: Settings =
            serde_json::from_value(all).map_err(|error| Problem::field("body", error.to_string()))?;
        Ok::<_, Problem>((vec![Change::Settings(settings.clone())], settings))
    })?;
    Ok(HttpResponse::Ok().json(settings))
}

/// `POST /sandbox/reset`: as at the first start.
pub(crate) async fn reset(meta: Data<Meta>) -> Result<HttpResponse, Problem> {
    meta.reset()?;
    Ok(HttpResponse::NoContent().finish())
}

//! The description of the API, made from the same tree that answers it.

use actix_web::App;
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr};
use utoipa_actix_web::AppExt;

use super::problem::ProblemBody;
use super::routes;

/// The name under which routes ask for a key.
const KEY: &str = "key";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Belino",
        description = "Instagram's webhooks, trustworthy: verified, kept byte for byte, unpacked, enriched. \
            Errors are `application/problem+json` with a stable `code`. Lists are `{data, next}`. Times are RFC 3339 in UTC. \
            A key belongs to a workspace or is an operator's; (op) marks what only an operator may ask. \
            An operator names a workspace with `?workspace=`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "webhook", description = "What Meta calls"),
        (name = "callbacks", description = "What Meta calls when a person withdraws, and what it tells them"),
        (name = "overview", description = "Everything in numbers"),
        (name = "deliveries", description = "What came, byte for byte (op)"),
        (name = "events", description = "The items of deliveries: the unit of work"),
        (name = "objects", description = "What events became"),
        (name = "feed", description = "What happened, in order"),
        (name = "replays", description = "Processing again"),
        (name = "connections", description = "Accounts and their access"),
        (name = "posts", description = "What is published, once"),
        (name = "keys", description = "Keys to this API (op)"),
        (name = "health", description = "Alive, ready, metrics")
    )
)]
struct Head;

/// The description as a value.
pub fn description() -> OpenApi {
    let (_, api) = App::new()
        .into_utoipa_app()
        .openapi(head())
        .configure(routes::tree)
        .split_for_parts();
    secured(api)
}

/// The description as JSON: what `/openapi.json` answers and `belino openapi` prints.
///
/// # Panics
/// Never: the description is JSON.
pub fn openapi() -> String {
    description().to_pretty_json().expect("a description is JSON")
}

/// What stands before the paths.
pub fn head() -> OpenApi {
    let mut api = Head::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("bel_…")
        .build();
    api.components
        .get_or_insert_default()
        .add_security_scheme(KEY, SecurityScheme::Http(bearer));
    api
}

/// Where a key is asked for but a workspace means nothing: what there is, is the whole installation's.
const WHOLE: [&str; 3] = ["/api/deliveries", "/api/keys", "/metrics"];

/// Marks the routes that ask for a key, all but Meta's and the questions of health, and names the workspace there.
pub fn secured(mut api: OpenApi) -> OpenApi {
    let open = [
        "/api/instagram/webhook",
        "/api/instagram/callback",
        "/api/instagram/deauthorize",
        "/api/instagram/data-deletion",
        "/api/instagram/data-deletion/{code}",
        "/media-files/{name}",
        "/healthz",
        "/readyz",
    ];
    let asking = api.paths.paths.iter_mut();
    for (path, item) in asking.filter(|(path, _)| !open.contains(&path.as_str())) {
        let whole = WHOLE.iter().any(|whole| path.starts_with(whole));
        let operations = [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.security = Some(vec![SecurityRequirement::new(KEY, Vec::<String>::new())]);
            if !whole {
                operation
                    .parameters
                    .get_or_insert_default()
                    .push(RefOr::T(workspace()));
            }
        }
    }
    api
}

fn workspace() -> Parameter {
    ParameterBuilder::new()
        .name("workspace")
        .parameter_in(ParameterIn::Query)
        .description(Some("The workspace's name, for an operator's key."))
        .schema(Some(Object::with_type(Type::String)))
        .build()
}

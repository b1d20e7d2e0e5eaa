//! API keys: an operator makes, lists and revokes them. A key's text is shown once, when it is made.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get, post};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::{Looking, Reading, Writing};
use super::auth::Operator;
use super::body::{Body, printable};
use super::id::Id;
use super::page::Page;
use super::params::{Nothing, Params};
use super::{Kind, Problem, State, words};
use crate::domain::{ApiKeyId, ApiKeyText, Timestamp};
use crate::store::{ApiKey, NewApiKey, Scope};

/// A key to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "workspace": "shop", "name": "backend", "scope": "read" }))]
pub struct KeyRequest {
    /// The workspace, made with its first key; none for an operator's key.
    #[garde(inner(length(min = 1, max = 100), custom(printable)))]
    workspace: Option<String>,
    /// What people call it.
    #[garde(length(min = 1, max = 100), custom(printable))]
    name: String,
    /// What it may do; each may do what those before it may.
    #[garde(skip)]
    #[schema(value_type = words::ScopeWord)]
    scope: Scope,
}

/// A key, without its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub struct KeyView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: ApiKeyId,
    /// Its workspace's name; null for an operator's.
    workspace: Option<String>,
    /// What people call it.
    name: String,
    /// `read`, `write`, `admin` or `operator`.
    scope: &'static str,
    /// The part of its text that may be seen.
    prefix: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Since when it no longer works.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            workspace: key.workspace,
            name: key.name,
            scope: key.scope.as_str(),
            prefix: key.prefix,
            created_at: key.created_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A new key with its text, which is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewKey)]
pub struct NewKeyView {
    #[serde(flatten)]
    about: KeyView,
    /// The key itself.
    key: String,
}

/// Makes a key. Its text is in this answer and nowhere else.
#[utoipa::path(
    tag = "keys",
    operation_id = "create_key",
    request_body = KeyRequest,
    responses((status = 201, description = "The key", body = NewKeyView), Writing)
)]
#[post("")]
pub async fn create(
    _: Operator,
    _: Params<Nothing>,
    Body(request): Body<KeyRequest>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    if (request.scope == Scope::Operator) != request.workspace.is_none() {
        return Err(Kind::InvalidBody.because("workspace: every key but an operator's has one"));
    }
    let text = fresh();
    let new = NewApiKey {
        workspace: request.workspace,
        name: request.name,
        scope: request.scope,
        prefix: text.prefix().to_owned(),
        hash: text.hash().to_vec(),
    };
    let store = state.store.clone();
    state
        .lifecycle
        .shielded(async move { store.create_key(new).await })
        .await??;
    let stored = state.store.key(text.prefix()).await?;
    let about = stored
        .ok_or_else(|| Kind::NotFound.because("the key was revoked at once"))?
        .into();
    Ok(HttpResponse::Created().json(NewKeyView {
        about,
        key: text.expose().to_owned(),
    }))
}

fn fresh() -> ApiKeyText {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    ApiKeyText::generate(&random)
}

/// Lists every key, revoked ones too, all in one page.
#[utoipa::path(
    tag = "keys",
    operation_id = "list_keys",
    responses((status = 200, description = "A page", body = Page<KeyView>), Looking)
)]
#[get("")]
pub async fn list(
    _: Operator,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<Json<Page<KeyView>>, Problem> {
    let keys = state.store.keys().await?;
    Ok(Json(Page::whole(keys.into_iter().map(KeyView::from).collect())))
}

/// Revokes a key. Another process may take it for ten more seconds.
#[utoipa::path(
    tag = "keys",
    operation_id = "revoke_key",
    params(("id" = uuid::Uuid, Path, description = "The key's id")),
    responses((status = 204, description = "It no longer works"), Reading)
)]
#[delete("/{id}")]
pub async fn revoke(
    _: Operator,
    Id(id): Id<ApiKeyId>,
    _: Params<Nothing>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let shielded = state.get_ref().clone();
    // Whoever asked may go away; the key is forgotten all the same.
    let revoke = async move {
        let revoked = shielded.store.revoke_key(id).await;
        shielded.keys.forget();
        revoked
    };
    state.lifecycle.shielded(revoke).await??;
    Ok(HttpResponse::NoContent().finish())
}

//! The middleware: from the header to a caller.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use crate::domain::WorkspaceId;
use crate::http::params::Query;
use crate::http::{Kind, Problem, State};
use crate::store::{ApiKey, Scope};

/// Who asks. Left with the request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What the key may do.
    pub scope: Scope,
    /// The workspace that is looked at; none means all, which only an operator can see.
    pub workspace: Option<WorkspaceId>,
    /// The key; none for the configured operator's.
    pub key: Option<Arc<ApiKey>>,
}

impl Caller {
    /// Whether an operator asks.
    pub fn is_operator(&self) -> bool {
        self.scope == Scope::Operator
    }
}

/// Looks the key up and leaves its caller with the request, or refuses.
pub async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let caller = identify(&request).await?;
    request.extensions_mut().insert(caller);
    next.call(request).await
}

async fn identify(request: &ServiceRequest) -> Result<Caller, Problem> {
    let state = request
        .app_data::<web::Data<State>>()
        .expect("every app has its state");
    let granted = state.keys.grant(bearer(request)?).await?;
    let named = Query::parse(request.query_string())?.text("workspace")?;
    let workspace = match named {
        None => granted.workspace,
        Some(name) => Some(named_workspace(state, &name, granted.workspace).await?),
    };
    Ok(Caller {
        scope: granted.scope,
        workspace,
        key: granted.key,
    })
}

/// A workspace's key may name its own workspace, to no effect; whether another exists is none of its business.
async fn named_workspace(
    state: &State,
    name: &str,
    own: Option<WorkspaceId>,
) -> Result<WorkspaceId, Problem> {
    let found = state.store.workspace(name).await?;
    match (own, found) {
        (None, Some(id)) => Ok(id),
        (None, None) => Err(Problem::parameter("workspace", "there is none of this name")),
        (Some(own), Some(id)) if own == id => Ok(id),
        (Some(_), _) => Err(Kind::Forbidden.because("workspace: the key belongs to another one")),
    }
}

fn bearer(request: &ServiceRequest) -> Result<&str, Problem> {
    let missing = || Kind::MissingKey.because("send the header Authorization: Bearer KEY");
    let mut values = request.headers().get_all(AUTHORIZATION);
    let value = values.next().ok_or_else(missing)?;
    if values.next().is_some() {
        return Err(Kind::BadKey.because("the header Authorization is there more than once"));
    }
    let (scheme, key) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(key.trim())
    } else {
        Err(missing())
    }
}

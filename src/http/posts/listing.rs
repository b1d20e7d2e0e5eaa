//! Listing posts.

use actix_web::get;
use actix_web::web::{Data, Json};
use utoipa::IntoParams;

use super::view::PostView;
use crate::domain::EffectKind;
use crate::domain::post::PostState;
use crate::http::answers::Listing;
use crate::http::auth::Reader;
use crate::http::events::account_named;
use crate::http::page::{Page, PageParams, page_of, paged};
use crate::http::params::{FromQuery, Params, Query};
use crate::http::{Problem, State};
use crate::store::{EffectFilter, PageRequest};

/// Which posts.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this account only, by Meta's id.
    account: Option<String>,
    /// In this state only.
    #[param(value_type = Option<String>)]
    state: Option<PostState>,
    #[param(ignore)]
    page: PageRequest,
}

impl FromQuery for Wanted {
    fn read(query: &mut Query) -> Result<Self, Problem> {
        Ok(Self {
            account: query.text("account")?,
            state: query.word("state")?,
            page: page_of(query)?,
        })
    }
}

/// Lists posts, the newest first.
#[utoipa::path(
    tag = "posts",
    operation_id = "list_posts",
    params(Wanted, PageParams),
    responses((status = 200, description = "A page", body = Page<PostView>), Listing)
)]
#[get("/posts")]
pub async fn list(
    caller: Reader,
    Params(wanted): Params<Wanted>,
    state: Data<State>,
) -> Result<Json<Page<PostView>>, Problem> {
    let account = match &wanted.account {
        None => None,
        Some(id) => match account_named(&state, id).await? {
            Some(key) => Some(key),
            None => return Ok(Json(Page::whole(Vec::new()))),
        },
    };
    let filter = EffectFilter {
        kind: EffectKind::Post,
        workspace: caller.workspace,
        account,
        state: wanted.state.map(Into::into),
    };
    let read = |page| state.store.effects(filter, page);
    Ok(Json(paged(wanted.page, read, |effect| effect.id.uuid()).await?))
}
